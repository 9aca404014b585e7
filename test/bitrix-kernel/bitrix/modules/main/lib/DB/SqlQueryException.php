<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

class SqlQueryException extends SqlException
{
    public function __construct(string $message = '', string $databaseMessage = '', private readonly string $query = '')
    {
        parent::__construct($message, $databaseMessage);
    }

    public function getQuery(): string
    {
        return $this->query;
    }
}
