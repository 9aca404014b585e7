<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use RuntimeException;

/** The test's end of a pause point: waits, without sleeping, until some process has reached it. */
final class Fifo
{
    /** No test waits longer for a process to come to its point. */
    private const WAIT_SECONDS_MAX = 60;

    private function __construct(public readonly string $path)
    {
    }

    public static function make(string $path): self
    {
        if (!posix_mkfifo($path, 0600)) {
            throw new RuntimeException("cannot make the FIFO $path");
        }
        return new self($path);
    }

    /** Waits for a process at the point, and returns what tells it to `go` or to `die`. */
    public function reached(): callable
    {
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, fn() => throw new RuntimeException("no process came to $this->path"), false);
        pcntl_alarm(self::WAIT_SECONDS_MAX);
        $writer = @fopen($this->path, 'w');
        pcntl_alarm(0);
        if ($writer === false) {
            throw new RuntimeException("cannot open $this->path");
        }
        return static function (string $word) use ($writer): void {
            fwrite($writer, "$word\n");
            fclose($writer);
        };
    }
}
