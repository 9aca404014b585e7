<?php

declare(strict_types=1);

namespace ClickBridge;

use Throwable;

/** One line to PHP's error log. Never a secret, a signature, a phone or a card: callers pass numbers and names of ours only. */
final class Log
{
    public static function line(string $text): void
    {
        // Hosts may have taken the function away, and a line is not worth an answer.
        if (function_exists('error_log')) {
            error_log("click-bridge: $text");
        }
    }

    /** A fault nobody expected: its class and place. Its message stays out, for it may quote values. */
    public static function bug(string $where, Throwable $error): void
    {
        $place = basename($error->getFile()) . ":{$error->getLine()}";
        self::line("$where failed: " . get_class($error) . " at $place");
    }
}
