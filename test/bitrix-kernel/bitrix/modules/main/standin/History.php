<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Sale\OrderHistory;

/**
 * What the history will tell of an entity: noted when a field is set, also if it is set back later or its row cannot be written, and
 * written once, by a save.
 */
final class History
{
    /** The field whose change makes a record => its type and the fields that it tells beside. */
    private const RECORDS = [
        'PAYMENT' => [
            'PAID' => ['PAYMENT_PAID', ['ID', 'PAID', 'PAY_SYSTEM_NAME']],
            'PAY_VOUCHER_NUM' => ['ORDER_PAYMENT_VOUCHER_CHANGED', ['PAY_VOUCHER_NUM']],
        ],
        'ORDER' => [
            'CANCELED' => ['ORDER_CANCELED', ['CANCELED', 'REASON_CANCELED']],
            'MARKED' => ['ORDER_MARKED', ['REASON_MARKED', 'MARKED']],
        ],
    ];

    /** @var array<string, mixed> field => its value before */
    private array $changes = [];

    public function note(string $name, mixed $old, mixed $value): void
    {
        $this->changes[$name] = $old;
    }

    /** @param \Bitrix\Sale\Internals\Entity $entity */
    public function write(string $entityName, int $orderId, object $entity, bool $isNew = false): void
    {
        if ($isNew) {
            $values = array_intersect_key($entity->getFieldValues(), ['PAY_SYSTEM_NAME' => true, 'SUM' => true]);
            OrderHistory::addAction($entityName, $orderId, "{$entityName}_ADDED", $entity->getId(), $entity, $values);
            $this->changes = [];
        }
        foreach (self::RECORDS[$entityName] as $field => [$type, $told]) {
            if (array_key_exists($field, $this->changes)) {
                $values = array_intersect_key($entity->getFieldValues(), array_flip($told));
                OrderHistory::addAction($entityName, $orderId, $type, $entity->getId(), $entity, $values);
            }
        }
        $this->changes = [];
    }
}
