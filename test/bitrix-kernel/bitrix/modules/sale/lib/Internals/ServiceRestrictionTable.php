<?php

declare(strict_types=1);

namespace Bitrix\Sale\Internals;

use Bitrix\Main\Application;
use Bitrix\Main\ORM\Query\Result;
use StandIn\ListedRows;

/** Restrictions of pay systems, deliveries and others, told apart by SERVICE_TYPE. PARAMS is stored serialised. */
class ServiceRestrictionTable
{
    /** @param array{filter?: array<string, mixed>, select?: list<string>, order?: array<string, string>} $parameters */
    public static function getList(array $parameters = []): Result
    {
        $connection = Application::getConnection();
        $conditions = ['1 = 1'];
        foreach ($parameters['filter'] ?? [] as $field => $value) {
            $values = array_map(
                static fn($one) => $connection->getSqlHelper()->convertToDbString((string) $one),
                is_array($value) ? $value : [$value],
            );
            $conditions[] = ltrim($field, '=') . ' IN (' . implode(', ', $values) . ')';
        }
        $rows = $connection->query('SELECT * FROM b_sale_service_rstr WHERE ' . implode(' AND ', $conditions) . ' ORDER BY ID')->fetchAll();
        foreach ($rows as &$row) {
            $row['PARAMS'] = unserialize((string) $row['PARAMS'], ['allowed_classes' => false]);
        }
        return new ListedRows($rows);
    }
}
