<?php

/** The shim's own classes, the stand-in kernel's, and those of the tests. */

declare(strict_types=1);

require dirname(__DIR__, 2) . '/php-bridge/autoload.php';
require dirname(__DIR__) . '/bitrix-kernel/bitrix/modules/main/standin/autoload.php';

spl_autoload_register(static function (string $class): void {
    $prefix = 'ClickBridge\\Test\\';
    $file = __DIR__ . '/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
    if (str_starts_with($class, $prefix) && is_file($file)) {
        require_once $file;
    }
});
