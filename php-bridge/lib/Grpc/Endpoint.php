<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

/** One address of the service: `unix:/abs/path.sock`, `tcp://host:port` or `tls://host:port`. */
final class Endpoint
{
    private const TCP = '~^(tcp|tls)://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})$~D';
    /** What is no address, such as 127.999.0.1, would be asked for by name: then it may be anywhere. */
    private const LOOPBACK = '~^(127(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}|\[::1\]|localhost)$~D';
    /** The kernel's limit for the path of a socket. */
    private const SOCKET_PATH_BYTES_MAX = 107;
    private const PORT_MAX = 65535;

    private function __construct(
        public readonly string $address,
        public readonly string $url,
        public readonly ?string $socketPath,
        public readonly bool $tls,
        private readonly bool $local,
    ) {
    }

    /** Null for a text of another form. */
    public static function parse(string $address): ?self
    {
        if (str_starts_with($address, 'unix:/')) {
            $path = substr($address, strlen('unix:'));
            $fits = strlen($path) <= self::SOCKET_PATH_BYTES_MAX && !str_contains($path, "\0");
            return $fits ? new self($address, 'http://localhost', $path, false, true) : null;
        }
        if (preg_match(self::TCP, $address, $part) !== 1 || (int) $part[3] < 1 || (int) $part[3] > self::PORT_MAX) {
            return null;
        }
        $tls = $part[1] === 'tls';
        $url = ($tls ? 'https://' : 'http://') . "$part[2]:$part[3]";
        return new self($address, $url, null, $tls, preg_match(self::LOOPBACK, $part[2]) === 1);
    }

    /** True when a token would travel readable over a network. */
    public function isExposed(): bool
    {
        return !$this->tls && !$this->local;
    }
}
