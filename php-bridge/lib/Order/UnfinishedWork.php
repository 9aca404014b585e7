<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Log;
use Closure;
use Throwable;

/** Runs a callback when PHP ends during the work: by `exit` in an event handler, or a fatal error; not by a kill. */
final class UnfinishedWork
{
    private static ?Closure $onEnd = null;
    private static bool $isWatching = false;

    /**
     * @template T
     * @param callable(): T $work
     * @param Closure(): void $onEnd
     * @return T
     */
    public static function watch(callable $work, Closure $onEnd): mixed
    {
        if (!self::$isWatching && function_exists('register_shutdown_function')) {
            register_shutdown_function(self::end(...));
            self::$isWatching = true;
        }
        self::$onEnd = $onEnd;
        try {
            return $work();
        } finally {
            // Not reached by `exit`.
            self::$onEnd = null;
        }
    }

    private static function end(): void
    {
        try {
            if (self::$onEnd !== null) {
                (self::$onEnd)();
            }
        } catch (Throwable $error) {
            Log::bug('the end of a PHP that died', $error);
        }
    }
}
