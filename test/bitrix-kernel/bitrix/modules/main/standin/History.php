<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Sale\Internals\Entity;
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

    public function note(string $name, mixed $old): void
    {
        $this->changes[$name] = $old;
    }

    public function write(string $entityName, int $orderId, Entity $entity, bool $isNew = false): void
    {
        if ($isNew) {
            $values = ['PAY_SYSTEM_NAME' => $entity->getField('PAY_SYSTEM_NAME'), 'SUM' => $entity->getField('SUM')];
            OrderHistory::addAction($entityName, $orderId, "{$entityName}_ADDED", $entity->getId(), $entity, $values);
            $this->changes = [];
        }
        foreach (self::RECORDS[$entityName] as $field => [$type, $told]) {
            if (array_key_exists($field, $this->changes)) {
                $values = $entityName === 'ORDER' ? $this->both($entity, $told) : self::now($entity, $told);
                OrderHistory::addAction($entityName, $orderId, $type, $entity->getId(), $entity, $values);
            }
        }
        $this->changes = [];
    }

    /**
     * @param list<string> $fields
     * @return array<string, mixed>
     */
    private static function now(Entity $entity, array $fields): array
    {
        $values = array_map(static fn(string $field) => $field === 'ID' ? $entity->getId() : $entity->getField($field), $fields);
        return array_combine($fields, $values);
    }

    /**
     * Those that were changed, and what they were before if that was something.
     *
     * @param list<string> $fields
     * @return array<string, mixed>
     */
    private function both(Entity $entity, array $fields): array
    {
        $values = [];
        foreach (array_intersect($fields, array_keys($this->changes)) as $field) {
            $values[$field] = $entity->getField($field);
            $values += $this->changes[$field] === null ? [] : ["OLD_$field" => $this->changes[$field]];
        }
        return $values;
    }
}
