<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

/** What one HTTP/2 request brought, unjudged. Header names are lower case; the last of equal names counts. */
final class Exchange
{
    /**
     * @param string|null $fault what curl says went wrong, null when the exchange came to its end
     * @param array<string, string> $headers
     * @param array<string, string> $trailers
     */
    public function __construct(
        public readonly ?string $fault,
        public readonly bool $timedOut,
        public readonly int $httpStatus,
        public readonly array $headers,
        public readonly array $trailers,
        public readonly string $body,
    ) {
    }
}
