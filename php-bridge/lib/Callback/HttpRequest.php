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
     * @param bool $unencrypted true when it came over plain HTTP from another machine
     */
    public function __construct(
        public readonly string $method,
        public readonly ?string $route,
        public readonly ?string $contentType,
        public readonly ?string $body,
        public readonly string $callerAddress,
        public readonly bool $certificationOnly = false,
        public readonly bool $unencrypted = false,
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
            !self::isEncrypted() && !self::isFromThisMachine($address),
        );
    }

    /** By the web server's word, or that of the proxy in front of it that ends TLS, in the spellings there are. */
    private static function isEncrypted(): bool
    {
        $words = ['HTTPS', 'REQUEST_SCHEME', 'SERVER_PORT', 'HTTP_X_FORWARDED_PROTO', 'HTTP_X_FORWARDED_SSL', 'HTTP_HTTPS'];
        foreach ($words as $name) {
            if (in_array(strtolower(trim(self::server($name) ?? '')), ['on', '1', 'yes', 'https', '443'], true)) {
                return true;
            }
        }
        return false;
    }

    /** Nobody is on the way then. A proxy on this machine names who asked it last. */
    private static function isFromThisMachine(string $address): bool
    {
        $forwarded = explode(',', self::server('HTTP_X_FORWARDED_FOR') ?? $address);
        $isOwn = static fn(string $text): bool => preg_match('~^(?:(?:::ffff:)?127\.|::1$)~i', trim($text)) === 1;
        return $isOwn($address) && $isOwn(end($forwarded));
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
