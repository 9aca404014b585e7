<?php

declare(strict_types=1);

namespace Bitrix\Sale\Services\PaySystem\Restrictions;

use Bitrix\Sale\Internals\ServiceRestrictionTable;
use Bitrix\Sale\Result;
use Bitrix\Sale\Services\Base\RestrictableService;

class Manager
{
    public const SERVICE_TYPE_PAYMENT = 1;

    private const SORT = 100;

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

    /** Saves those that the service asks for, a second time beside the first. */
    public static function setupDefaultRestrictions(RestrictableService $service): Result
    {
        foreach ($service->getStartupRestrictions() as $restriction) {
            /** @var class-string<Currency> $class */
            $class = __NAMESPACE__ . '\\' . $restriction->getType();
            $class::save([
                'SERVICE_ID' => $service->getServiceId(),
                'SERVICE_TYPE' => self::SERVICE_TYPE_PAYMENT,
                'SORT' => self::SORT,
                'PARAMS' => $restriction->getOptions(),
            ]);
        }
        return new Result();
    }
}
