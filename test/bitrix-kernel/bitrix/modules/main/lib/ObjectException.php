<?php

declare(strict_types=1);

namespace Bitrix\Main;

class ObjectException extends SystemException
{
    private const CODE = 500;

    public function __construct(string $message = '', ?\Throwable $previous = null)
    {
        parent::__construct($message, self::CODE, $previous);
    }
}
