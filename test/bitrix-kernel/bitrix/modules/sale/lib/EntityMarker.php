<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;

/** Marks an order as problematic: a person has to look at it. */
class EntityMarker
{
    private const MESSAGE_MAX = 255;

    /** Writes the marks at once. Other changes of the order are not saved. */
    public static function mark(Order $order, Payment $payment, \Bitrix\Main\Result $result): void
    {
        $reason = mb_substr(implode("\n", $result->getErrorMessages()), 0, self::MESSAGE_MAX);
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $marks = $helper->assignments(['MARKED' => 'Y', 'REASON_MARKED' => $reason]);
        $connection->queryExecute("UPDATE b_sale_order SET $marks WHERE ID = {$order->getId()}");
        $connection->queryExecute("UPDATE b_sale_order_payment SET $marks, DATE_MARKED = NOW() WHERE ID = {$payment->getId()}");
        foreach ($result->getErrors() as $error) {
            $connection->queryExecute('INSERT INTO b_sale_entity_marker SET ' . $helper->assignments([
                'ORDER_ID' => $order->getId(),
                'ENTITY_TYPE' => 'PAYMENT',
                'ENTITY_ID' => $payment->getId(),
                'TYPE' => 'AUTO',
                'CODE' => (string) $error->getCode(),
                'MESSAGE' => mb_substr($error->getMessage(), 0, self::MESSAGE_MAX),
            ]));
        }
        OrderHistory::addAction('ORDER', $order->getId(), 'ORDER_MARKED', $order->getId(), $order, ['REASON_MARKED' => $reason]);
    }
}
