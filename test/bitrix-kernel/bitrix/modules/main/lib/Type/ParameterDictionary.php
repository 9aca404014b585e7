<?php

declare(strict_types=1);

namespace Bitrix\Main\Type;

use Bitrix\Main\SystemException;

/** @implements \ArrayAccess<array-key, mixed> */
class ParameterDictionary implements \ArrayAccess
{
    /** @param array<array-key, mixed>|null $values */
    public function __construct(private readonly ?array $values = null)
    {
    }

    public function get(string $name): mixed
    {
        return $this->values[$name] ?? null;
    }

    /** @return array<array-key, mixed> */
    public function toArray(): array
    {
        return $this->values ?? [];
    }

    public function offsetExists(mixed $offset): bool
    {
        return isset($this->values[$offset]);
    }

    public function offsetGet(mixed $offset): mixed
    {
        return $this->values[$offset] ?? null;
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw new SystemException('these values are read only');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new SystemException('these values are read only');
    }
}
