<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

use ClickBridge\Contract\V1\AnswerCallbackRequest;

/** The present request in the form that the service judges. The body can be read again by others. */
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

    /** As the web server, or a proxy that terminates TLS, reports it under one of several names. */
    private static function isEncrypted(): bool
    {
        $names = ['HTTPS', 'REQUEST_SCHEME', 'SERVER_PORT', 'HTTP_X_FORWARDED_PROTO', 'HTTP_X_FORWARDED_SSL', 'HTTP_HTTPS'];
        foreach ($names as $name) {
            if (in_array(strtolower(trim(self::server($name))), ['on', '1', 'yes', 'https', '443'], true)) {
                return true;
            }
        }
        return false;
    }

    /** Then nobody can change the request on the way. A proxy on this machine adds its own caller. */
    private static function isFromThisMachine(string $address): bool
    {
        $forwarded = explode(',', isset($_SERVER['HTTP_X_FORWARDED_FOR']) ? self::server('HTTP_X_FORWARDED_FOR') : $address);
        $isOwn = static fn(string $text): bool => preg_match('~^(?:(?:::ffff:)?127\.|::1$)~i', trim($text)) === 1;
        return $isOwn($address) && $isOwn(end($forwarded));
    }

    /** A protobuf string throws on invalid UTF-8. */
    private static function server(string $name): string
    {
        $value = $_SERVER[$name] ?? '';
        return is_string($value) ? mb_scrub($value, 'UTF-8') : '';
    }

    /** Null when it is too long. Reads the raw body, not $_POST: Click signed the raw text, which PHP and Bitrix's web firewall change. */
    private static function readBody(): ?string
    {
        if ((int) self::server('CONTENT_LENGTH') > self::BODY_BYTES_MAX) {
            return null;
        }
        $body = (string) file_get_contents('php://input', false, null, 0, self::BODY_BYTES_MAX + 1);
        return strlen($body) > self::BODY_BYTES_MAX ? null : $body;
    }
}
