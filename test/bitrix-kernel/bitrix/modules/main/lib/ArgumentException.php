<?php

declare(strict_types=1);

namespace Bitrix\Main;

class ArgumentException extends SystemException
{
    private const CODE = 100;

    public function __construct(string $message = '', private readonly string $parameter = '')
    {
        parent::__construct($message, self::CODE);
    }

    public function getParameter(): string
    {
        return $this->parameter;
    }
}
