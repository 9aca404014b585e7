<?php

/**
 * Makes the classes of this folder and of google/protobuf available, each when it is needed. Where Composer put that package is known, so
 * its own loader, which would be one more among those of a shop, is not asked. Never throws, also while the package is missing:
 * `init.php` may require this file, and that runs on every page. lib/Packages.php says what is missing to those who need it.
 */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $rooms = [
        'ClickBridge\\Contract\\' => 'generated/ClickBridge/Contract/',
        'ClickBridge\\' => 'lib/',
        'Google\\Rpc\\' => 'generated/Google/Rpc/',
        'GPBMetadata\\Google\\Rpc\\' => 'generated/GPBMetadata/Google/Rpc/',
        'Google\\Protobuf\\' => 'vendor/google/protobuf/src/Google/Protobuf/',
        'GPBMetadata\\Google\\Protobuf\\' => 'vendor/google/protobuf/src/GPBMetadata/Google/Protobuf/',
    ];
    foreach ($rooms as $prefix => $folder) {
        if (str_starts_with($class, $prefix)) {
            $file = __DIR__ . "/$folder" . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (is_file($file)) {
                require_once $file;
            }
            return;
        }
    }
});
