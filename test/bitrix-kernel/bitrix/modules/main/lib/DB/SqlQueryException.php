<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

use Bitrix\Main\SystemException;

class SqlQueryException extends SystemException
{
    private const CODE = 400;

    public function __construct(
        string $message = '',
        private readonly string $databaseMessage = '',
        private readonly string $query = '',
    ) {
        parent::__construct("$message: $databaseMessage", self::CODE);
    }

    public function getDatabaseMessage(): string
    {
        return $this->databaseMessage;
    }

    public function getQuery(): string
    {
        return $this->query;
    }
}
