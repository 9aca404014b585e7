<?php

declare(strict_types=1);

namespace Bitrix\Main\Type;

class DateTime extends Date
{
    protected const FORMAT = 'd.m.Y H:i:s';

    protected function truncate(): void
    {
    }
}
