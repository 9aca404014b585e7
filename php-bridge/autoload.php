<?php

/**
 * Makes the classes of this folder and of google/protobuf available, and returns whether it could. Never throws: init.php may require it,
 * and a half-done deploy must not take the whole shop down. Says in PHP's error log what is missing.
 */

declare(strict_types=1);

return (static function (): bool {
    $autoload = __DIR__ . '/vendor/autoload.php';
    if (!is_file($autoload)) {
        error_log('click-bridge: its PHP packages are missing; run "composer install --no-dev" in the php-bridge folder');
        return false;
    }
    require_once $autoload;
    return true;
})();
