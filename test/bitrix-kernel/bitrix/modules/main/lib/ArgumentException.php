<?php

declare(strict_types=1);

namespace Bitrix\Main;

class ArgumentException extends SystemException
{
    public function __construct(string $message = '', private readonly string $parameter = '')
    {
        parent::__construct($message);
    }

    public function getParameter(): string
    {
        return $this->parameter;
    }
}
