<?php

declare(strict_types=1);

namespace Bitrix\Main\Type;

class ParameterDictionary
{
    /** @param array<array-key, mixed> $values */
    public function __construct(private readonly array $values)
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
}
