<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use RuntimeException;

/** A process that a test starts and stops by its own id. What it prints, on both streams, is kept. */
final class ChildProcess
{
    private const READ_BYTES = 65_536;
    private const POLL_MICROSECONDS = 2_000;

    private string $output = '';
    private ?int $exitCode = null;

    /**
     * @param resource $process
     * @param resource $stream
     */
    private function __construct(private $process, private $stream)
    {
    }

    /**
     * @param list<string> $command
     * @param array<string, string> $environment beside our own
     */
    public static function start(array $command, array $environment = []): self
    {
        $process = proc_open(
            $command,
            // @phpstan-ignore argument.type (phpstan 2 knows no ['redirect', 1])
            [0 => ['file', '/dev/null', 'r'], 1 => ['pipe', 'w'], 2 => ['redirect', 1]],
            $pipes,
            null,
            $environment + getenv(),
        );
        if ($process === false) {
            throw new RuntimeException("cannot start $command[0]");
        }
        stream_set_blocking($pipes[1], false);
        return new self($process, $pipes[1]);
    }

    /** Waits for its end: the exit code, or 128 + the number of the signal that killed it. */
    public function wait(): int
    {
        while ($this->isRunning()) {
            $this->read(1);
        }
        $this->read(0);
        return (int) $this->exitCode;
    }

    public function output(): string
    {
        $this->read(0);
        return $this->output;
    }

    /** Waits until it has printed a match; throws with what it printed when it ends or takes too long. */
    public function awaitLine(string $pattern, int $secondsMax): void
    {
        $endNs = hrtime(true) + $secondsMax * 1_000_000_000;
        while (preg_match($pattern, $this->output) !== 1) {
            if (!$this->isRunning() || hrtime(true) > $endNs) {
                throw new RuntimeException("waited for $pattern in vain: {$this->output()}");
            }
            $this->read(1);
        }
    }

    public function kill(int $signal): void
    {
        if ($this->isRunning()) {
            proc_terminate($this->process, $signal);
        }
    }

    /** Asks it to end, then kills it. */
    public function stop(int $secondsMax): void
    {
        $this->kill(SIGTERM);
        $endNs = hrtime(true) + $secondsMax * 1_000_000_000;
        while ($this->isRunning() && hrtime(true) < $endNs) {
            $this->read(1);
        }
        $this->kill(SIGKILL);
        $this->wait();
    }

    private function isRunning(): bool
    {
        if ($this->exitCode === null) {
            $status = proc_get_status($this->process);
            if (!$status['running']) {
                $this->exitCode = $status['signaled'] ? 128 + $status['termsig'] : $status['exitcode'];
            }
        }
        return $this->exitCode === null;
    }

    private function read(int $seconds): void
    {
        $read = [$this->stream];
        $none = null;
        if (feof($this->stream)) {
            usleep($seconds === 0 ? 0 : self::POLL_MICROSECONDS);
            return;
        }
        if (stream_select($read, $none, $none, $seconds) === 1) {
            $this->output .= (string) fread($this->stream, self::READ_BYTES);
        }
    }
}
