<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

use ClickBridge\Contract\V1\AnswerCallbackRequest;

/** The request that PHP is serving now, as the service judges it. The body can be read again by others. */
final class HttpRequest
{
    /** What the service takes (answer_callback.proto). */
    private const BODY_BYTES_MAX = 65_536;

    public static function current(bool $certificationOnly, bool $leaveOrderUpdate): AnswerCallbackRequest
    {
        $route = $_GET['route'] ?? null;
        $address = self::server('REMOTE_ADDR');
        return new AnswerCallbackRequest(array_filter([
            'http_method' => self::server('REQUEST_METHOD'),
            'route' => $route === null ? null : (is_string($route) ? mb_scrub($route, 'UTF-8') : ''),
            'content_type' => self::server('CONTENT_TYPE'),
            'body' => self::readBody(),
            'caller_address' => $address,
            'certification_only' => $certificationOnly,
            'leave_order_update' => $leaveOrderUpdate,
            'unencrypted' => !self::isEncrypted() && !self::isFromThisMachine($address),
        ], static fn(mixed $value): bool => $value !== null));
    }

    /** By the web server's word, or that of the proxy in front of it that ends TLS, in the spellings there are. */
    private static function isEncrypted(): bool
    {
        $words = ['HTTPS', 'REQUEST_SCHEME', 'SERVER_PORT', 'HTTP_X_FORWARDED_PROTO', 'HTTP_X_FORWARDED_SSL', 'HTTP_HTTPS'];
        foreach ($words as $name) {
            if (in_array(strtolower(trim(self::server($name))), ['on', '1', 'yes', 'https', '443'], true)) {
                return true;
            }
        }
        return false;
    }

    /** Nobody is on the way then. A proxy on this machine names who asked it last. */
    private static function isFromThisMachine(string $address): bool
    {
        $forwarded = explode(',', isset($_SERVER['HTTP_X_FORWARDED_FOR']) ? self::server('HTTP_X_FORWARDED_FOR') : $address);
        $isOwn = static fn(string $text): bool => preg_match('~^(?:(?:::ffff:)?127\.|::1$)~i', trim($text)) === 1;
        return $isOwn($address) && $isOwn(end($forwarded));
    }

    /** A protobuf string throws on what is not UTF-8. */
    private static function server(string $name): string
    {
        $value = $_SERVER[$name] ?? '';
        return is_string($value) ? mb_scrub($value, 'UTF-8') : '';
    }

    /** Null when it is too long. Read from the raw body and not from $_POST: Click signed what it sent, and PHP and Bitrix's web firewall change it. */
    private static function readBody(): ?string
    {
        if ((int) self::server('CONTENT_LENGTH') > self::BODY_BYTES_MAX) {
            return null;
        }
        $body = (string) file_get_contents('php://input', false, null, 0, self::BODY_BYTES_MAX + 1);
        return strlen($body) > self::BODY_BYTES_MAX ? null : $body;
    }
}
