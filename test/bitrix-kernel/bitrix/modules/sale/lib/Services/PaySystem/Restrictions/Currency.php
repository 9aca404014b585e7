<?php

declare(strict_types=1);

namespace Bitrix\Sale\Services\PaySystem\Restrictions;

use Bitrix\Main\Application;
use Bitrix\Main\Result;

/** Offers a pay system for orders in some currencies only. */
class Currency
{
    /**
     * Adds a restriction, another one beside those there are, or changes the one that is named. Its class is written with a leading
     * backslash.
     *
     * @param array<string, mixed> $fields
     */
    public static function save(array $fields, int $restrictionId = 0): Result
    {
        $connection = Application::getConnection();
        $row = ['CLASS_NAME' => '\\' . static::class, 'PARAMS' => serialize($fields['PARAMS'])] + $fields;
        $assignments = $connection->getSqlHelper()->assignments($row);
        $connection->queryExecute(
            $restrictionId > 0
                ? "UPDATE b_sale_service_rstr SET $assignments WHERE ID = $restrictionId"
                : "INSERT INTO b_sale_service_rstr SET $assignments"
        );
        return new Result();
    }
}
