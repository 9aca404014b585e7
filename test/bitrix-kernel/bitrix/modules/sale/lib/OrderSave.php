<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Event;
use Bitrix\Main\EventResult;
use StandIn\PausePoint;

/** The steps of `Order::save`, in the order in which Bitrix was seen to take them. Ours: Bitrix has no such class. */
final class OrderSave
{
    public static function run(Order $order): Result
    {
        PausePoint::at('before_save');
        $result = self::askBefore($order);
        if (!$result->isSuccess()) {
            return $result;
        }
        $before = $order->writeRow();
        self::tell('OnSaleOrderEntitySaved', $order, $before);
        PausePoint::at('order_saved');
        foreach ($order->getPaymentCollection() as $payment) {
            $result->addWarnings($payment->save()->getErrors());
        }
        PausePoint::at('payment_saved');
        self::tell('OnSaleOrderSaved', $order, $before);
        if (array_key_exists('PAYED', $before)) {
            self::tell('OnSaleOrderPaid', $order, $before);
            self::payed($order);
        }
        PausePoint::at('after_save');
        return $result;
    }

    /** A handler's EventResult::ERROR forbids the save. */
    private static function askBefore(Order $order): Result
    {
        $event = new Event('sale', 'OnSaleOrderBeforeSaved', ['ENTITY' => $order]);
        $event->send();
        $result = new Result();
        foreach ($event->getResults() as $answer) {
            if ($answer->getType() === EventResult::ERROR) {
                $error = $answer->getParameters();
                $result->addError($error instanceof ResultError ? $error : new ResultError('', 'SALE_EVENT_ON_BEFORE_ORDER_SAVED_ERROR'));
            }
        }
        return $result;
    }

    /** @param array<string, mixed> $before */
    private static function tell(string $event, Order $order, array $before): void
    {
        (new Event('sale', $event, ['ENTITY' => $order, 'VALUES' => $before, 'IS_NEW' => false]))->send();
    }

    private static function payed(Order $order): void
    {
        $parameters = ['id' => $order->getId(), 'val' => $order->getField('PAYED')];
        (new Event('sale', 'OnSalePayOrder', $parameters))->send();
        if ($order->isPaid()) {
            \CEvent::Send('SALE_ORDER_PAID', $order->getSiteId(), ['ORDER_ID' => $order->getField('ACCOUNT_NUMBER')]);
        }
    }
}
