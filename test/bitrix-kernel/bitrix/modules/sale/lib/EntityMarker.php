<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Main\Error;
use Bitrix\Sale\Internals\Entity;
use WeakMap;

/**
 * Marks of a problem: a person has to look at the order. A mark is a row of its own, which the order's save writes; the order is MARKED as
 * long as there is one.
 */
class EntityMarker
{
    private const MESSAGE_MAX = 255;
    private const TYPE_MANUAL = 'MANUAL';

    /** @var WeakMap<Order, list<array<string, mixed>>>|null rows that a save will write */
    private static ?WeakMap $waiting = null;

    /** The warnings of a result, which are not there already, become marks of the entity and of its order. */
    public static function addMarker(Order $order, Entity $entity, Result $result): void
    {
        if (!$result->hasWarnings()) {
            return;
        }
        foreach ($result->getWarnings() as $warning) {
            $row = self::row($order, $entity, $warning);
            if (!self::isStored($row)) {
                self::waiting()[$order] = [...self::waiting()[$order] ?? [], $row];
            }
        }
        $order->setField('REASON_MARKED', mb_substr(implode("\n", $result->getWarningMessages()), 0, self::MESSAGE_MAX));
        if ($entity !== $order) {
            $entity->setField('MARKED', 'Y');
        }
        if ($order->getField('MARKED') !== 'Y') {
            $order->setField('MARKED', 'Y');
        }
    }

    /** Before a save: an order that no mark backs is not marked, whoever set the field. */
    public static function refreshMarkers(Order $order): void
    {
        $stored = "SELECT ID FROM b_sale_entity_marker WHERE ORDER_ID = {$order->getId()} AND SUCCESS = 'N' LIMIT 1";
        if ((self::waiting()[$order] ?? []) !== [] || Application::getConnection()->queryScalar($stored) !== null) {
            return;
        }
        $order->setField('MARKED', 'N');
    }

    public static function saveMarkers(?Order $order = null): Result
    {
        $connection = Application::getConnection();
        foreach ($order === null ? [] : self::waiting()[$order] ?? [] as $row) {
            $connection->queryExecute('INSERT INTO b_sale_entity_marker SET ' . $connection->getSqlHelper()->assignments($row));
        }
        if ($order !== null) {
            self::waiting()[$order] = [];
        }
        return new Result();
    }

    /** @return array<string, mixed> */
    private static function row(Order $order, Entity $entity, Error $warning): array
    {
        return [
            'ORDER_ID' => $order->getId(),
            'ENTITY_TYPE' => $entity === $order ? 'ORDER' : 'PAYMENT',
            'ENTITY_ID' => $entity->getId(),
            'TYPE' => self::TYPE_MANUAL,
            'CODE' => (string) $warning->getCode(),
            'MESSAGE' => mb_substr($warning->getMessage(), 0, self::MESSAGE_MAX),
        ];
    }

    /** @param array<string, mixed> $row */
    private static function isStored(array $row): bool
    {
        $connection = Application::getConnection();
        $conditions = [];
        foreach ($row as $name => $value) {
            $conditions[] = $connection->getSqlHelper()->assignments([$name => $value]);
        }
        return $connection->queryScalar('SELECT ID FROM b_sale_entity_marker WHERE ' . implode(' AND ', $conditions)) !== null;
    }

    /** @return WeakMap<Order, list<array<string, mixed>>> */
    private static function waiting(): WeakMap
    {
        return self::$waiting ??= new WeakMap();
    }
}
