<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

/** PEM files for `tls://` addresses, absolute paths. An empty `ca` means the system's; `cert` and `key` are for mTLS. */
final class TlsFiles
{
    public function __construct(
        public readonly string $ca = '',
        public readonly string $cert = '',
        public readonly string $key = '',
    ) {
    }
}
