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
            // Composer's own check of the platform, which names versions and extensions.
            return "its PHP packages do not load: {$error->getMessage()}";
        }
    }
}
