<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

use Bitrix\Main\SystemException;

class Exception extends SystemException
{
    private const CODE = 400;

    public function __construct(string $message = '', private readonly string $databaseMessage = '', ?\Throwable $previous = null)
    {
        parent::__construct("$message: $databaseMessage", self::CODE, $previous);
    }

    public function getDatabaseMessage(): string
    {
        return $this->databaseMessage;
    }
}
