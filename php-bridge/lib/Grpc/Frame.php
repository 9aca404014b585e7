<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

/** The five bytes before a gRPC message: a flag (0, not compressed) and the length. */
final class Frame
{
    private const HEAD_BYTES = 5;

    public static function encode(string $message): string
    {
        return "\0" . pack('N', strlen($message)) . $message;
    }

    /** The message of a body that holds exactly one frame, not compressed; else null. */
    public static function decode(string $body): ?string
    {
        if (strlen($body) < self::HEAD_BYTES || $body[0] !== "\0") {
            return null;
        }
        $head = unpack('Nlength', $body, 1);
        $message = substr($body, self::HEAD_BYTES);
        return $head !== false && $head['length'] === strlen($message) ? $message : null;
    }
}
