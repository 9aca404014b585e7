<?php

declare(strict_types=1);

namespace ClickBridge;

use Google\Protobuf\Internal\Message;
use Throwable;

/** The PHP packages that Composer brings: without them no message to the service can be made. */
final class Packages
{
    /** A sentence for the administrator, or null when they are there. */
    public static function fault(): ?string
    {
        try {
            return class_exists(Message::class)
                ? null
                : 'its PHP packages are missing; run "composer install --no-dev" in the php-bridge folder';
        } catch (Throwable $error) {
            // A package of another time than this PHP's.
            return "its PHP packages do not load: {$error->getMessage()}";
        }
    }
}
