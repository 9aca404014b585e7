<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Application;
use Bitrix\Main\ORM\Data\UpdateResult;

/** Who has an order open in the admin section. */
final class OrderLock
{
    private const MINUTES_MAX = 60;

    public static function take(int $id): UpdateResult
    {
        Application::getConnection()->queryExecute(
            'UPDATE b_sale_order SET LOCKED_BY = ' . self::user() . ", DATE_LOCK = NOW() WHERE ID = $id"
        );
        return new UpdateResult();
    }

    public static function isHeldByAnother(int $id): bool
    {
        $holder = Application::getConnection()->queryScalar(
            "SELECT LOCKED_BY FROM b_sale_order WHERE ID = $id AND DATE_LOCK > NOW() - INTERVAL " . self::MINUTES_MAX . ' MINUTE'
        );
        return $holder !== null && (int) $holder !== self::user();
    }

    private static function user(): int
    {
        global $USER;
        return (int) $USER->GetID();
    }
}
