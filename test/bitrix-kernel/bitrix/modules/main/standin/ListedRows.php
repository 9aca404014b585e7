<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\ORM\Query\Result;

/** A `getList` that was read at once. */
final class ListedRows extends Result
{
    /** @param list<array<string, mixed>> $rows */
    public function __construct(private array $rows)
    {
        parent::__construct(null);
    }

    /** @return array<string, mixed>|false */
    public function fetch(): array|false
    {
        return array_shift($this->rows) ?? false;
    }
}
