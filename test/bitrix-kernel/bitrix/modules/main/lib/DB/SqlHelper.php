<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

use Bitrix\Main\Type\Date;
use Bitrix\Main\Type\DateTime;

class SqlHelper
{
    public function __construct(private readonly Connection $connection)
    {
    }

    /**
     * Escaped, without quotes; cut to $maxLength characters when that is above 0. What is no text or number is a TypeError of PHP's.
     *
     * @param mixed $value
     */
    public function forSql($value, int $maxLength = 0): string
    {
        $text = is_scalar($value) ? (string) $value : $value;
        return $this->connection->getResource()->real_escape_string($maxLength > 0 ? mb_substr($text, 0, $maxLength) : $text);
    }

    public function quote(string $identifier): string
    {
        return '`' . str_replace('`', '``', $identifier) . '`';
    }

    public function convertToDbString(string $value): string
    {
        return "'{$this->forSql($value)}'";
    }

    public function getCurrentDateTimeFunction(): string
    {
        return 'NOW()';
    }

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
