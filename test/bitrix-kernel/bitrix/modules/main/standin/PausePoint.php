<?php

declare(strict_types=1);

namespace StandIn;

use RuntimeException;

/**
 * Where a test can stop a save. The test opens the FIFO for writing and so wakes when the point is reached. Only the first process stops:
 * it takes the FIFO's path away.
 */
final class PausePoint
{
    /** A web server's PHP has no pcntl and so not its constant. */
    private const SIGKILL = 9;

    public static function at(string $point): void
    {
        $path = Hit::current()->testSetting('pause_at')[$point] ?? null;
        if (!is_string($path) || !file_exists($path) || filetype($path) !== 'fifo') {
            return;
        }
        // Two may have seen the path; only one of them can make this file.
        $claim = @fopen("$path.taken", 'x');
        if ($claim === false) {
            return;
        }
        fclose($claim);
        // Opens when the test has opened the other end.
        $reader = @fopen($path, 'r');
        @unlink($path);
        unlink("$path.taken");
        if ($reader !== false) {
            self::obey(trim((string) fgets($reader)), $point);
        }
    }

    private static function obey(string $word, string $point): void
    {
        match ($word) {
            'go' => null,
            'die' => posix_kill((int) getmypid(), self::SIGKILL),
            default => throw new RuntimeException("$point was told \"$word\": it knows go and die"),
        };
    }
}
