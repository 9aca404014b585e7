<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

abstract class ClientType
{
    public const B2C = 'b2c';
    public const B2B = 'b2b';
    public const DEFAULT = self::B2C;
}
