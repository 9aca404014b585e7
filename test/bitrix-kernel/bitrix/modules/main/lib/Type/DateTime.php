<?php

declare(strict_types=1);

namespace Bitrix\Main\Type;

class DateTime extends Date
{
    public static function getFormat(): string
    {
        return 'd.m.Y H:i:s';
    }
}
