<?php

declare(strict_types=1);

namespace Bitrix\Sale\Services\PaySystem\Restrictions;

use Bitrix\Sale\Internals\ServiceRestrictionTable;

class Manager
{
    public const SERVICE_TYPE_PAYMENT = 1;

    /** @var array<int, list<array<string, mixed>>> */
    private static array $cached = [];

    /**
     * Kept for the time of the process: what was saved since is not seen.
     *
     * @return list<array<string, mixed>>
     */
    public static function getRestrictionsList(int $serviceId): array
    {
        return self::$cached[$serviceId] ??= ServiceRestrictionTable::getList([
            'filter' => ['=SERVICE_ID' => $serviceId, '=SERVICE_TYPE' => self::SERVICE_TYPE_PAYMENT],
        ])->fetchAll();
    }
}
