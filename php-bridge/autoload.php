<?php

/**
 * Makes the classes of this folder and of google/protobuf available. Throws a sentence for the administrator when Composer has not run:
 * the callers turn it into an answer that Click understands.
 */

declare(strict_types=1);

(static function (): void {
    $autoload = __DIR__ . '/vendor/autoload.php';
    if (!is_file($autoload)) {
        throw new RuntimeException('its PHP packages are missing; run "composer install --no-dev" in the php-bridge folder');
    }
    require_once $autoload;
})();
