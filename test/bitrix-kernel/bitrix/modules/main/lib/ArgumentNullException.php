<?php

declare(strict_types=1);

namespace Bitrix\Main;

class ArgumentNullException extends ArgumentException
{
    public function __construct(string $parameter)
    {
        parent::__construct("Argument '$parameter' is null or empty", $parameter);
    }
}
