<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\ArgumentOutOfRangeException;

/** A row with a memory of what was changed since it was read. */
abstract class Entity
{
    /** Floats here, though the database gives them as text. */
    private const SUMS = ['PRICE', 'PRICE_DELIVERY', 'SUM_PAID', 'SUM', 'PS_SUM', 'PRICE_COD'];

    /** @var array<string, mixed> changed field => its value before */
    private array $originals = [];

    /** @param array<string, mixed> $values */
    protected function __construct(private array $values)
    {
        foreach (array_intersect_key($values, array_flip(self::SUMS)) as $name => $sum) {
            $this->values[$name] = $sum === null ? null : (float) $sum;
        }
    }

    /** @return list<string> */
    abstract public static function getAvailableFields(): array;

    public function getId(): int
    {
        return (int) $this->values['ID'];
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

    /** @throws ArgumentOutOfRangeException for a field that the entity does not have */
    public function setField(string $name, mixed $value): Result
    {
        $this->demandField($name);
        $old = $this->getField($name);
        if ($old === $value) {
            return new Result();
        }
        $this->setFieldNoDemand($name, $value);
        $result = $this->onFieldModify($name, $old, $value);
        if (!$result->isSuccess()) {
            $this->values[$name] = $old;
            unset($this->originals[$name]);
        }
        return $result;
    }

    /** @param array<string, mixed> $values */
    public function setFields(array $values): Result
    {
        $result = new Result();
        foreach ($values as $name => $value) {
            $result->addErrors($this->setField($name, $value)->getErrors());
        }
        return $result;
    }

    /** Sets the value and nothing that follows from it. */
    public function setFieldNoDemand(string $name, mixed $value): void
    {
        $this->demandField($name);
        $old = $this->getField($name);
        if ($old !== $value) {
            $this->originals += [$name => $old];
            $this->values[$name] = $value;
        }
    }

    /** @param array<string, mixed> $values */
    public function setFieldsNoDemand(array $values): void
    {
        foreach ($values as $name => $value) {
            $this->setFieldNoDemand($name, $value);
        }
    }

    protected function onFieldModify(string $name, mixed $old, mixed $value): Result
    {
        return new Result();
    }

    protected function isFieldChanged(string $name): bool
    {
        return array_key_exists($name, $this->originals) && $this->originals[$name] !== $this->getField($name);
    }

    /** @return array<string, mixed> */
    protected function changedValues(): array
    {
        return array_filter(
            array_intersect_key($this->values, $this->originals),
            fn(string $name) => $this->isFieldChanged($name),
            ARRAY_FILTER_USE_KEY
        );
    }

    /** @return array<string, mixed> */
    protected function originalValues(): array
    {
        return $this->originals;
    }

    protected function forgetChanges(): void
    {
        $this->originals = [];
    }

    private function demandField(string $name): void
    {
        if (!in_array($name, static::getAvailableFields(), true)) {
            throw new ArgumentOutOfRangeException("name=$name");
        }
    }
}
