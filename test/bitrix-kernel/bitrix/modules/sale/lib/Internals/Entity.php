<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

use Bitrix\Main\ArgumentOutOfRangeException;
use Bitrix\Main\Event;
use Bitrix\Main\Type\Date;
use Bitrix\Sale\Result;
use StandIn\History;

/** A row with a memory of what was changed since it was read or saved. */
abstract class Entity
{
    /** Fields that are sums: a float whatever was set. */
    protected const SUMS = [];
    /** The events of its fields are named after it. */
    protected const EVENT_NAME = '';

    /** @var array<string, mixed> changed field => its value before */
    private array $originals = [];
    public readonly History $history;

    /** @param array<string, mixed> $values */
    protected function __construct(private array $values)
    {
        $this->history = new History();
        foreach (static::SUMS as $name) {
            $this->values[$name] = isset($values[$name]) ? (float) $values[$name] : null;
        }
    }

    /** @return list<string> */
    public static function getAvailableFields()
    {
        return [];
    }

    public function getId(): int
    {
        return (int) ($this->values['ID'] ?? 0);
    }

    protected function setId(int $id): void
    {
        $this->values['ID'] = $id;
    }

    public function getField(string $name): mixed
    {
        return $this->values[$name] ?? null;
    }

    /** @return array<string, mixed> */
    public function getFieldValues(): array
    {
        return $this->values;
    }

    public function isChanged(): bool
    {
        return $this->originals !== [];
    }

    /**
     * Sets a value, with what follows from it. Listeners hear of it before it is in memory; what is refused is put back.
     *
     * @throws ArgumentOutOfRangeException for a field that the entity does not have
     */
    public function setField(string $name, mixed $value): Result
    {
        $value = in_array($name, static::SUMS, true) && is_numeric($value) ? (float) $value : $value;
        $this->tell('OnBefore' . static::EVENT_NAME . 'SetField', ['NAME' => $name, 'VALUE' => $value]);
        $this->demandField($name);
        $old = $this->getField($name);
        if (self::isEqual($old, $value)) {
            return new Result();
        }
        $result = $this->checkValue($name, $value);
        if (!$result->isSuccess()) {
            return $result;
        }
        $this->tell('On' . static::EVENT_NAME . 'SetField', ['NAME' => $name, 'VALUE' => $value, 'OLD_VALUE' => $old]);
        $this->keep($name, $value);
        $result = $this->onFieldModify($name, $old, $value);
        if ($result->isSuccess()) {
            $this->history->note($name, $old, $this->getField($name));
        } else {
            $this->keep($name, $old);
        }
        return $result;
    }

    /** @param array<string, mixed> $values */
    public function setFields(array $values): Result
    {
        $old = array_intersect_key($this->values, $values) + array_fill_keys(array_keys($values), null);
        $this->tell('OnBefore' . static::EVENT_NAME . 'SetFields', ['VALUES' => $values, 'OLD_VALUES' => $old]);
        $result = new Result();
        foreach ($values as $name => $value) {
            $result->addErrors($this->setField($name, $value)->getErrors());
        }
        return $result;
    }

    /** Sets the value and nothing that follows from it; nobody hears of it. */
    public function setFieldNoDemand(string $name, mixed $value): void
    {
        $this->demandField($name);
        $old = $this->getField($name);
        if (!self::isEqual($old, $value)) {
            $this->keep($name, $value);
            $this->history->note($name, $old, $value);
        }
    }

    /** @param array<string, mixed> $values */
    public function setFieldsNoDemand(array $values): void
    {
        foreach ($values as $name => $value) {
            $this->setFieldNoDemand($name, $value);
        }
    }

    /** May refuse a value before anybody hears of it. */
    protected function checkValue(string $name, mixed $value): Result
    {
        return new Result();
    }

    protected function onFieldModify(string $name, mixed $old, mixed $value): Result
    {
        return new Result();
    }

    /** @return array<string, mixed> */
    public function changedValues(): array
    {
        return array_intersect_key($this->values, $this->originals);
    }

    /** @return array<string, mixed> what the changed fields were before */
    public function originalValues(): array
    {
        return $this->originals;
    }

    public function clearChanged(): void
    {
        $this->originals = [];
    }

    /** @param array<string, mixed> $parameters */
    public function tell(string $event, array $parameters = []): Event
    {
        $event = new Event('sale', $event, ['ENTITY' => $this] + $parameters);
        $event->send();
        return $event;
    }

    /** A field that is again what it was is not changed. */
    protected function keep(string $name, mixed $value): void
    {
        if (!array_key_exists($name, $this->originals)) {
            $this->originals[$name] = $this->getField($name);
        } elseif (self::isEqual($this->originals[$name], $value) || self::isNothing($this->originals[$name], $value)) {
            unset($this->originals[$name]);
        }
        $this->values[$name] = $value;
    }

    /** The database gives text where code sets numbers. */
    private static function isEqual(mixed $one, mixed $other): bool
    {
        return match (true) {
            $one === $other => true,
            $one instanceof Date && $other instanceof Date => $one->getTimestamp() === $other->getTimestamp(),
            is_scalar($one) && is_scalar($other) => (string) $one === (string) $other,
            default => false,
        };
    }

    private static function isNothing(mixed $one, mixed $other): bool
    {
        return ($one ?? '') === '' && ($other ?? '') === '';
    }

    private function demandField(string $name): void
    {
        if (!in_array($name, static::getAvailableFields(), true)) {
            throw new ArgumentOutOfRangeException("name=$name");
        }
    }
}
