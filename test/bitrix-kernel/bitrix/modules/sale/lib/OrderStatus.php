<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Config\Option;

class OrderStatus
{
    /** Whether orders of this status may be paid: from one that the shop chooses. Here that one alone, or every one where it chose none. */
    public static function isAllowPay(string $statusId): bool
    {
        $chosen = (string) Option::get('sale', 'allow_pay_status');
        return $chosen === '' || $chosen === $statusId;
    }
}
