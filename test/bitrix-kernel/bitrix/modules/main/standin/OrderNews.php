<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Sale\Order;

/** What a save tells when an order has become paid or cancelled, or is so no longer. Mail of a kind goes once an order and process. */
final class OrderNews
{
    /** @var array<string, true> */
    private array $sent = [];

    /** @param array<string, mixed> $before */
    public static function tell(Order $order, array $before): void
    {
        $news = Hit::current()->keep(self::class, static fn() => new self());
        if (array_key_exists('PAYED', $before)) {
            EntityEvent::send($order, 'OnSaleOrderPaid');
            self::tellOldStyle('OnSalePayOrder', $order->getId(), $order->getField('PAYED'));
            if ($order->isPaid()) {
                $news->mail($order, 'SALE_ORDER_PAID', 'OnOrderPaySendEmail');
            }
            EntityEvent::send($order, 'OnSaleOrderPaidSendMail');
        }
        if (array_key_exists('CANCELED', $before)) {
            EntityEvent::send($order, 'OnSaleOrderCanceled');
            self::tellOldStyle('OnSaleCancelOrder', $order->getId(), $order->getField('CANCELED'), $order->getField('REASON_CANCELED'));
            // To what it is, and twice: so it was seen.
            $order->setField('REASON_CANCELED', $order->getField('REASON_CANCELED'));
            $order->setField('REASON_CANCELED', $order->getField('REASON_CANCELED'));
            if ($order->isCanceled()) {
                $news->mail($order, 'SALE_ORDER_CANCEL', 'OnOrderCancelSendEmail');
            }
            EntityEvent::send($order, 'OnSaleOrderCancelSendEmail');
        }
    }

    /** A listener that says false stops the mail. */
    private function mail(Order $order, string $type, string $event): void
    {
        if (isset($this->sent["$type {$order->getId()}"])) {
            return;
        }
        $this->sent["$type {$order->getId()}"] = true;
        $fields = [
            'ORDER_ID' => $order->getField('ACCOUNT_NUMBER'),
            'ORDER_REAL_ID' => $order->getId(),
            'ORDER_ACCOUNT_NUMBER_ENCODE' => rawurlencode((string) $order->getField('ACCOUNT_NUMBER')),
            'ORDER_DATE' => (string) $order->getField('DATE_INSERT'),
            'ORDER_PUBLIC_URL' => '',
            'EMAIL' => '',
            'SALE_EMAIL' => '',
        ];
        if ($type === 'SALE_ORDER_CANCEL') {
            $fields['ORDER_CANCEL_DESCRIPTION'] = (string) $order->getField('REASON_CANCELED');
        }
        if (!in_array(false, self::tellOldStyle($event, $order->getId(), $type, $fields), true)) {
            \CEvent::Send($type, $order->getSiteId(), $fields);
        }
    }

    /** @return list<mixed> what the listeners said */
    public static function tellOldStyle(string $event, mixed ...$arguments): array
    {
        $arguments = array_values($arguments);
        return array_map(static fn($handler) => ExecuteModuleEventEx($handler, $arguments), GetModuleEvents('sale', $event, true));
    }
}
