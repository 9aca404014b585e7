<?php

declare(strict_types=1);

namespace Bitrix\Main;

use StandIn\Hit;

class Loader
{
    private static bool $saleIsLoaded = false;
    private static bool $currencyIsLoaded = false;

    /**
     * False for a module that is not installed, and for one whose include.php says so. The classes of sale are unknown before this was
     * called for it.
     */
    public static function includeModule(string $moduleName): bool
    {
        if ($moduleName === 'sale' && !self::$saleIsLoaded) {
            self::$saleIsLoaded = true;
            self::autoload('Bitrix\\Sale\\', dirname(__DIR__, 2) . '/sale/lib/');
        }
        if ($moduleName === 'currency' && !self::$currencyIsLoaded) {
            self::$currencyIsLoaded = true;
            self::autoload('CCurrency', dirname(__DIR__, 2) . '/currency/classes/CCurrency');
        }
        $folder = self::getLocal("modules/$moduleName");
        if ($folder === false || !ModuleManager::isModuleInstalled($moduleName)) {
            return false;
        }
        return !is_file("$folder/include.php") || (include_once "$folder/include.php") !== false;
    }

    private static function autoload(string $prefix, string $folder): void
    {
        spl_autoload_register(static function (string $class) use ($prefix, $folder): void {
            $file = $folder . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (str_starts_with($class, $prefix) && is_file($file)) {
                require_once $file;
            }
        });
    }

    public static function getDocumentRoot(): string
    {
        return Hit::current()->documentRoot;
    }

    /** Where a local file is, /local first; false when in neither place. */
    public static function getLocal(string $path): string|false
    {
        foreach (['local', 'bitrix'] as $folder) {
            $file = Hit::current()->documentRoot . "/$folder/$path";
            if (file_exists($file)) {
                return $file;
            }
        }
        return false;
    }
}
