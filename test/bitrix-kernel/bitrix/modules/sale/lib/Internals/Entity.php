<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

use Bitrix\Main\ArgumentOutOfRangeException;
use Bitrix\Main\SystemException;
use Bitrix\Sale\Result;
use StandIn\EntityEvent;
use StandIn\History;

/** A row of an order, or of what belongs to one. */
abstract class Entity
{
    private Fields $fields;
    public readonly History $history;

    /** @param array<string, mixed> $fields */
    protected function __construct(array $fields = [])
    {
        $this->history = new History();
        $this->fields = new Fields();
        foreach ($fields as $name => $value) {
            $this->fields->init($name, $this->normalizeValue($name, $value));
        }
    }

    /** @return list<string> */
    public static function getAvailableFields()
    {
        throw new SystemException('every entity has its own');
    }

    /** @return string the events of its fields are named after it */
    public static function getEntityEventName()
    {
        throw new SystemException('every entity has its own');
    }

    /** @return list<string> fields that come after the others when several are set, for much follows from them */
    protected static function getMeaningfulFields()
    {
        throw new SystemException('every entity has its own');
    }

    public function getId(): int
    {
        return (int) $this->fields->get('ID');
    }

    public function getFields(): Fields
    {
        return $this->fields;
    }

    public function getField(string $name): mixed
    {
        return $this->fields->get($name);
    }

    /** @return array<string, mixed> */
    public function getFieldValues(): array
    {
        return $this->fields->getValues();
    }

    public function initField(string $name, mixed $value): void
    {
        $this->fields->init($name, $value);
    }

    public function isChanged(): bool
    {
        return $this->fields->getOriginalValues() !== [];
    }

    /**
     * Sets a value, with what follows from it. Listeners hear of it before it is in memory; what is refused is put back.
     *
     * @throws ArgumentOutOfRangeException for a field that the entity does not have
     */
    public function setField(string $name, mixed $value): Result
    {
        $value = $this->normalizeValue($name, $value);
        $event = static::getEntityEventName() . 'SetField';
        EntityEvent::send($this, "OnBefore$event", ['NAME' => $name, 'VALUE' => $value]);
        $this->demandField($name);
        $old = $this->getField($name);
        if (!(clone $this->fields)->set($name, $value)) {
            return new Result();
        }
        $result = $this->checkValueBeforeSet($name, $value);
        if (!$result->isSuccess()) {
            return $result;
        }
        EntityEvent::send($this, "On$event", ['NAME' => $name, 'VALUE' => $value, 'OLD_VALUE' => $old]);
        $this->fields->set($name, $value);
        $result = $this->onFieldModify($name, $old, $value);
        if ($result->isSuccess()) {
            $this->history->note($name, $old);
        } else {
            $this->fields->set($name, $old);
        }
        return $result;
    }

    /** @param array<string, mixed> $values */
    public function setFields(array $values): Result
    {
        $old = array_intersect_key($this->getFieldValues(), $values) + array_fill_keys(array_keys($values), null);
        $event = 'OnBefore' . static::getEntityEventName() . 'SetFields';
        EntityEvent::send($this, $event, ['VALUES' => $values, 'OLD_VALUES' => $old]);
        $result = new Result();
        $last = array_intersect_key($values, array_flip(static::getMeaningfulFields()));
        foreach (array_diff_key($values, $last) + $last as $name => $value) {
            $result->addErrors($this->setField($name, $value)->getErrors());
        }
        return $result;
    }

    /** Sets the value and nothing that follows from it; nobody hears of it. */
    public function setFieldNoDemand(string $name, mixed $value): void
    {
        $this->demandField($name);
        $old = $this->getField($name);
        if ($this->fields->set($name, $value)) {
            $this->history->note($name, $old);
        }
    }

    /** @param array<string, mixed> $values */
    public function setFieldsNoDemand(array $values): void
    {
        foreach ($values as $name => $value) {
            $this->setFieldNoDemand($name, $value);
        }
    }

    public function clearChanged(): void
    {
        $this->fields->clearChanged();
    }

    /**
     * A sum is a float whatever was set.
     *
     * @param string $name
     * @param mixed $value
     * @return mixed
     */
    protected function normalizeValue($name, $value)
    {
        return $value;
    }

    /**
     * May refuse a value before anybody hears of it.
     *
     * @param string $name
     * @param mixed $value
     * @return Result
     */
    protected function checkValueBeforeSet($name, $value)
    {
        return new Result();
    }

    protected function onFieldModify(string $name, mixed $old, mixed $value): Result
    {
        return new Result();
    }

    private function demandField(string $name): void
    {
        if (!in_array($name, static::getAvailableFields(), true)) {
            throw new ArgumentOutOfRangeException("name=$name");
        }
    }
}
