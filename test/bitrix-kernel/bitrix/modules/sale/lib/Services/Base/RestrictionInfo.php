<?php

declare(strict_types=1);

namespace Bitrix\Sale\Services\Base;

/** A restriction that is not saved yet. */
final class RestrictionInfo
{
    /** @param array<string, mixed> $options */
    public function __construct(private readonly string $type, private readonly array $options = [])
    {
    }

    public function getType(): string
    {
        return $this->type;
    }

    /** @return array<string, mixed> */
    public function getOptions(): array
    {
        return $this->options;
    }
}
