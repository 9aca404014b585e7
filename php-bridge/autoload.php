<?php

/**
 * Makes the classes of this folder and of google/protobuf available, each when it is needed. Never throws, also while Composer has not
 * run: `init.php` may require it, and that runs on every page of the shop. lib/Packages.php says what is missing to those who need it.
 */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $rooms = [
        'ClickBridge\\Contract\\' => 'generated/ClickBridge/Contract/',
        'ClickBridge\\' => 'lib/',
        'Google\\Rpc\\' => 'generated/Google/Rpc/',
        'GPBMetadata\\Google\\Rpc\\' => 'generated/GPBMetadata/Google/Rpc/',
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
    $composer = __DIR__ . '/vendor/autoload.php';
    if (preg_match('/^(Google|GPBMetadata\\\\Google)\\\\Protobuf\\\\/', $class) === 1 && is_file($composer)) {
        // Composer's loader stands before this one from now on, but after it for this class.
        (require $composer)->loadClass($class);
    }
});
