<?php

declare(strict_types=1);

namespace Bitrix\Sale\Services\PaySystem\Restrictions;

use Bitrix\Main\Application;
use Bitrix\Main\ORM\Data\AddResult;
use Bitrix\Main\ORM\Data\Result;
use Bitrix\Main\ORM\Data\UpdateResult;

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
        if ($restrictionId > 0) {
            $connection->queryExecute("UPDATE b_sale_service_rstr SET $assignments WHERE ID = $restrictionId");
            return new UpdateResult();
        }
        $connection->queryExecute("INSERT INTO b_sale_service_rstr SET $assignments");
        $result = new AddResult();
        $result->setId($connection->getInsertedId());
        return $result;
    }
}
