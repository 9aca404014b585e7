<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

/** Values with a memory of what was changed since they were read or saved. */
class Fields
{
    /** @var array<string, mixed> */
    private array $values;
    /** @var array<string, mixed> changed field => its value before */
    private array $originals = [];

    /** @param array<string, mixed>|null $values */
    public function __construct(?array $values = null)
    {
        $this->values = $values ?? [];
    }

    public function get(string $name): mixed
    {
        return $this->values[$name] ?? null;
    }

    /** @return array<string, mixed> */
    public function getValues(): array
    {
        return $this->values;
    }

    /** As it was read: no change. */
    public function init(string $name, mixed $value): bool
    {
        $this->values[$name] = $value;
        return true;
    }

    /** False for the value that is there already. A field that is again what it was is not changed. */
    public function set(string $name, mixed $value): bool
    {
        $old = $this->get($name);
        if (self::isEqual($old, $value)) {
            return false;
        }
        if (!array_key_exists($name, $this->originals)) {
            $this->originals[$name] = $old;
        } elseif (self::isEqual($this->originals[$name], $value) || self::isNothing($this->originals[$name], $value)) {
            unset($this->originals[$name]);
        }
        $this->values[$name] = $value;
        return true;
    }

    /** @return array<string, mixed> */
    public function getChangedValues(): array
    {
        return array_intersect_key($this->values, $this->originals);
    }

    /** @return array<string, mixed> what the changed fields were before */
    public function getOriginalValues(): array
    {
        return $this->originals;
    }

    public function clearChanged(): void
    {
        $this->originals = [];
    }

    /** The database gives text where code sets numbers. A moment is no other, though it be the same second. */
    private static function isEqual(mixed $one, mixed $other): bool
    {
        return match (true) {
            $one === $other => true,
            is_scalar($one) && is_scalar($other) => (string) $one === (string) $other,
            default => false,
        };
    }

    private static function isNothing(mixed $one, mixed $other): bool
    {
        return ($one ?? '') === '' && ($other ?? '') === '';
    }
}
