<?php

/** Finds the classes of the main module; those of sale come with `Loader::includeModule('sale')`, as in Bitrix. */

declare(strict_types=1);

require_once dirname(__DIR__) . '/tools.php';

spl_autoload_register(static function (string $class): void {
    $module = dirname(__DIR__);
    $rooms = ['StandIn\\' => "$module/standin/", 'Bitrix\\Main\\' => "$module/lib/", 'C' => "$module/classes/C"];
    foreach ($rooms as $prefix => $folder) {
        if (str_starts_with($class, $prefix)) {
            $file = $folder . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (is_file($file)) {
                require_once $file;
            }
            return;
        }
    }
});
