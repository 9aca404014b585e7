<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use RuntimeException;

/** test/php/grpc-peer.ts in a process of its own. */
final class GrpcPeer
{
    /** @param resource $process */
    private function __construct(private $process, public readonly string $address)
    {
    }

    /** @param string $where `tcp`, `unix:PATH` or `tls:FOLDER` */
    public static function start(string $where = 'tcp'): self
    {
        $root = dirname(__DIR__, 3);
        $command = ["$root/node_modules/node/bin/node", dirname(__DIR__) . '/grpc-peer.ts', $where];
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => STDERR], $pipes);
        $line = is_resource($process) ? fgets($pipes[1]) : false;
        if (!is_resource($process) || $line === false) {
            throw new RuntimeException('the peer did not start');
        }
        return new self($process, trim($line));
    }

    public function stop(): void
    {
        proc_terminate($this->process);
        proc_close($this->process);
    }
}
