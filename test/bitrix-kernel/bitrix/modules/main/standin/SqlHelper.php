<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Type\Date;
use Bitrix\Main\Type\DateTime;

/** Bitrix's, and what the stand-in writes its rows with. */
final class SqlHelper extends \Bitrix\Main\DB\SqlHelper
{
    /**
     * `A` = 1, `B` = NULL: the part of an UPDATE after SET.
     *
     * @param array<string, mixed> $fields
     */
    public function assignments(array $fields): string
    {
        $parts = [];
        foreach ($fields as $name => $value) {
            $parts[] = "{$this->quote($name)} = {$this->literal($value)}";
        }
        return implode(', ', $parts);
    }

    private function literal(mixed $value): string
    {
        return match (true) {
            $value === null => 'NULL',
            is_int($value), is_float($value) => (string) $value,
            $value instanceof DateTime => "'{$value->format('Y-m-d H:i:s')}'",
            $value instanceof Date => "'{$value->format('Y-m-d')}'",
            is_scalar($value) => $this->convertToDbString((string) $value),
            // Of another type it is no text, and mysqli says so.
            default => "'{$this->forSql($value)}'",
        };
    }
}
