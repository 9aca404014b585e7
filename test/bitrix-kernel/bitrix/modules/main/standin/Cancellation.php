<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Order;
use Bitrix\Sale\Result;
use Bitrix\Sale\ResultError;

/** What follows when an order's CANCELED is changed, in memory. An order with a paid payment cannot be cancelled. */
final class Cancellation
{
    public static function demand(Order $order): Result
    {
        EntityEvent::send($order, 'OnSaleBeforeOrderCanceled');
        OrderNews::tellOldStyle('OnSaleBeforeCancelOrder', $order->getId(), $order->getField('CANCELED'));
        foreach ($order->isCanceled() ? $order->getPaymentCollection() : [] as $payment) {
            if ($payment->isPaid()) {
                return (new Result())->addError(new ResultError('A payment is paid', 'SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE'));
            }
        }
        $order->setField('DATE_CANCELED', new DateTime());
        return new Result();
    }
}
