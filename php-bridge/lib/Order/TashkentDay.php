<?php

declare(strict_types=1);

namespace ClickBridge\Order;

/** The day in Uzbekistan, which Click's documents and the shop's accounts go by. A shop's server often runs in UTC. */
final class TashkentDay
{
    /** Uzbekistan keeps UTC+5 all year. */
    private const OFFSET_S = 5 * 3600;

    /** `2026-11-24` */
    public static function of(int $unixSeconds): string
    {
        return gmdate('Y-m-d', $unixSeconds + self::OFFSET_S);
    }
}
