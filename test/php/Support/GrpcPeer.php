<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use RuntimeException;

/** A peer for the gRPC client, in a process of its own. It ends with us, however we end: its stdin is our pipe. */
final class GrpcPeer
{
    /**
     * @param resource $process
     * @param resource $stdin
     * @param resource $stdout
     */
    private function __construct(private $process, private $stdin, private $stdout, public readonly string $address)
    {
    }

    /** One that breaks the protocol when it is asked to: grpc-peer.ts, plaintext on the loopback. */
    public static function start(): self
    {
        return self::run(['grpc-peer.ts']);
    }

    /**
     * The service's own listener, without a database behind it: service-peer.ts.
     *
     * @param string $where as in CLICKBRIDGE_LISTEN
     * @param string $folder for tls:// the one with ca.pem, server.pem and server.key
     */
    public static function ofService(string $where, string $token, string $folder = ''): self
    {
        return self::run(['service-peer.ts', $where, $token, $folder]);
    }

    /** The service's checkout, without a database behind it: checkout-peer.ts, plaintext on the loopback. */
    public static function ofCheckout(string $token): self
    {
        return self::run(['checkout-peer.ts', $token]);
    }

    /** The next line that it prints. */
    public function line(): string
    {
        return trim((string) fgets($this->stdout));
    }

    public function stop(): void
    {
        fclose($this->stdin);
        proc_terminate($this->process);
        proc_close($this->process);
    }

    /** @param non-empty-list<string> $arguments a script beside ours, and what it is told */
    private static function run(array $arguments): self
    {
        $root = dirname(__DIR__, 3);
        $script = dirname(__DIR__) . '/' . array_shift($arguments);
        $command = ["$root/node_modules/node/bin/node", $script, ...$arguments];
        $process = proc_open($command, [0 => ['pipe', 'r'], 1 => ['pipe', 'w'], 2 => STDERR], $pipes);
        $line = is_resource($process) ? fgets($pipes[1]) : false;
        if (!is_resource($process) || $line === false) {
            throw new RuntimeException("$script did not start");
        }
        return new self($process, $pipes[0], $pipes[1], trim($line));
    }
}
