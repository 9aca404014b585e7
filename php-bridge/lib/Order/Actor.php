<?php

declare(strict_types=1);

namespace ClickBridge\Order;

/** The user who sets a payment paid. `setPaid` uses `$USER` without a check, and inside an agent that is null. */
final class Actor
{
    /**
     * @template T
     * @param callable(): T $work
     * @return T
     */
    public static function provide(callable $work): mixed
    {
        global $USER;
        if ($USER instanceof \CUser) {
            return $work();
        }
        $before = $USER;
        // A plain CUser would be the visitor on whose page the agent happens to run.
        $USER = new class extends \CUser {
            // phpcs:ignore PSR1.Methods.CamelCapsMethodName.NotCamelCaps -- Bitrix's own name
            public function GetID(): string
            {
                return '0';
            }
        };
        try {
            return $work();
        } finally {
            $USER = $before;
        }
    }
}
