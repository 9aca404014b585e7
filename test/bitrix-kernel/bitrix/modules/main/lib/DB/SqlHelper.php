<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

abstract class SqlHelper
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
}
