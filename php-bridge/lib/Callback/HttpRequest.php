<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

/** What the web server handed over, as far as a callback needs it. */
final class HttpRequest
{
    /** Eleven fields of Click's, percent-encoded, are under 2 KB. */
    public const BODY_BYTES_MAX = 65_536;
    /** An IPv6 address with a zone. */
    private const ADDRESS_BYTES_MAX = 64;

    /**
     * @param string|null $route `prepare`, `complete`, or null when the URL names none; an array in the URL becomes ''
     * @param string|null $contentType null when the header is absent
     * @param string|null $body null when it is longer than BODY_BYTES_MAX
     * @param bool $certificationOnly true for the playground: nothing but the certification account may answer
     */
    public function __construct(
        public readonly string $method,
        public readonly ?string $route,
        public readonly ?string $contentType,
        public readonly ?string $body,
        public readonly string $callerAddress,
        public readonly bool $certificationOnly = false,
    ) {
    }

    /** Reads the request PHP is serving now. The body can be read again by others. */
    public static function current(bool $certificationOnly = false): self
    {
        $route = $_GET['route'] ?? null;
        $contentType = self::server('CONTENT_TYPE');
        $address = self::server('REMOTE_ADDR') ?? '';
        $fits = strlen($address) <= self::ADDRESS_BYTES_MAX && mb_check_encoding($address, 'UTF-8');
        return new self(
            self::server('REQUEST_METHOD') ?? '',
            $route === null ? null : (is_string($route) ? $route : ''),
            $contentType === '' ? null : $contentType,
            self::readBody(),
            $fits ? $address : '',
            $certificationOnly,
        );
    }

    private static function server(string $name): ?string
    {
        $value = $_SERVER[$name] ?? null;
        return is_string($value) ? $value : null;
    }

    private static function readBody(): ?string
    {
        if ((int) self::server('CONTENT_LENGTH') > self::BODY_BYTES_MAX) {
            return null;
        }
        $body = (string) file_get_contents('php://input', false, null, 0, self::BODY_BYTES_MAX + 1);
        return strlen($body) > self::BODY_BYTES_MAX ? null : $body;
    }
}
