<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Application;
use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Order;

/** Writes the changed fields of an order's own row. VERSION goes on from what this copy had. */
final class OrderRow
{
    public static function write(Order $order): void
    {
        $order->setFieldNoDemand('VERSION', (int) $order->getField('VERSION') + 1);
        $connection = Application::getConnection();
        $set = $connection->getSqlHelper()->assignments($order->getFields()->getChangedValues() + ['DATE_UPDATE' => new DateTime()]);
        $connection->queryExecute("UPDATE b_sale_order SET $set WHERE ID = {$order->getId()}");
    }
}
