<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;

/** The order's history that the admin sees: rows in b_sale_order_change. */
class OrderHistory
{
    private const DATA_MAX = 512;

    /** @param array<string, mixed> $fields */
    public static function addAction(
        string $entityName,
        int $orderId,
        string $type,
        ?int $id = null,
        ?object $entity = null,
        array $fields = [],
    ): void {
        $connection = Application::getConnection();
        $connection->queryExecute('INSERT INTO b_sale_order_change SET ' . $connection->getSqlHelper()->assignments([
            'ORDER_ID' => $orderId,
            'TYPE' => $type,
            'DATA' => mb_substr(serialize($fields), 0, self::DATA_MAX),
            'ENTITY' => $entityName,
            'ENTITY_ID' => $id,
        ]));
    }
}
