<?php

declare(strict_types=1);

namespace ClickBridge;

use Throwable;

/** One line to PHP's error log. Never a secret, a signature, a phone or a card: callers pass only our own ids and names. */
final class Log
{
    public static function line(string $text): void
    {
        // Hosts may disable the function, and a log line must not cost an answer.
        if (function_exists('error_log')) {
            error_log("click-bridge: $text");
        }
    }

    /** A bug: its class and place. The message is left out, because it may contain values. */
    public static function bug(string $where, Throwable $error): void
    {
        $place = basename($error->getFile()) . ":{$error->getLine()}";
        self::line("$where failed: " . get_class($error) . " at $place");
    }
}
