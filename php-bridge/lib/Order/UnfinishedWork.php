<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Log;
use Closure;
use Throwable;

/** What is to be done when PHP ends in the middle of a piece of work: by `exit` in a shop's event handler, or a fatal error. Not by a kill. */
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
