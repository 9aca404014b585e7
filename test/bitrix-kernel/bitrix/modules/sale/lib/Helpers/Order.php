<?php

declare(strict_types=1);

namespace Bitrix\Sale\Helpers;

use Bitrix\Main\Config\Option;
use Bitrix\Sale\Order as SaleOrder;

class Order
{
    /** Whether a guest with the order's hash may see it: a setting of the shop, by status. */
    public static function isAllowGuestView(SaleOrder $order): bool
    {
        $statuses = unserialize((string) Option::get('sale', 'allow_guest_order_view_status'), ['allowed_classes' => false]);
        return Option::get('sale', 'allow_guest_order_view') === 'Y'
            && is_array($statuses)
            && in_array($order->getField('STATUS_ID'), $statuses, true);
    }
}
