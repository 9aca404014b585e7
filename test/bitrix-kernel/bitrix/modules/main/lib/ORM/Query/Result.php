<?php

declare(strict_types=1);

namespace Bitrix\Main\ORM\Query;

/** Rows of a `getList`, one after the other. */
class Result
{
    /** @param list<array<string, mixed>> $rows */
    public function __construct(private array $rows)
    {
    }

    /** @return array<string, mixed>|false */
    public function fetch(): array|false
    {
        return array_shift($this->rows) ?? false;
    }

    /** @return list<array<string, mixed>> */
    public function fetchAll(): array
    {
        $rows = $this->rows;
        $this->rows = [];
        return $rows;
    }
}
