<?php

declare(strict_types=1);

namespace Bitrix\Main;

/**
 * What came with the hit: the query and the body in one list, the body's values first.
 *
 * @implements \ArrayAccess<string, mixed>
 */
abstract class Request implements \ArrayAccess
{
    /** @param array<array-key, mixed> $values */
    public function __construct(protected readonly array $values)
    {
    }

    public function get(string $name): mixed
    {
        return $this->values[$name] ?? null;
    }

    /** @return array<array-key, mixed> */
    public function toArray(): array
    {
        return $this->values;
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
        throw new SystemException('a request is read only');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new SystemException('a request is read only');
    }
}
