<?php

declare(strict_types=1);

namespace Bitrix\Main;

class ArgumentOutOfRangeException extends ArgumentException
{
    public function __construct(string $parameter)
    {
        parent::__construct("The value of an argument '$parameter' is outside the allowable range of values", $parameter);
    }
}
