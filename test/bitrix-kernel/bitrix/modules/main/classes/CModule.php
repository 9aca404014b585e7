<?php

declare(strict_types=1);

use Bitrix\Main\Loader;
use Bitrix\Main\ModuleManager;

/** What a module's install/index.php extends. Its properties have no types, so a child's must have none: PHP would stop. */
class CModule
{
    /** @var string */
    public $MODULE_ID;
    /** @var string */
    public $MODULE_NAME;
    /** @var string */
    public $MODULE_DESCRIPTION;
    /** @var string */
    public $MODULE_VERSION;
    /** @var string */
    public $MODULE_VERSION_DATE;
    /** @var string */
    public $MODULE_GROUP_RIGHTS;
    /** @var string */
    public $PARTNER_NAME;
    /** @var string */
    public $PARTNER_URI;

    /** @return bool|void */
    public function DoInstall()
    {
    }

    /** @return bool|void */
    public function DoUninstall()
    {
    }

    public function IsInstalled(): bool
    {
        return ModuleManager::isModuleInstalled($this->MODULE_ID);
    }

    public static function IncludeModule(string $id): bool
    {
        return Loader::includeModule($id);
    }

    /** The installer of a module, installed or not. The class has the module's name with `_` for `.`, whatever else the file declares. */
    public static function CreateModuleObject(string $moduleId): self|false
    {
        $path = getLocalPath("modules/$moduleId/install/index.php");
        if ($path === false) {
            return false;
        }
        include_once $_SERVER['DOCUMENT_ROOT'] . $path;
        $class = str_replace('.', '_', $moduleId);
        $module = class_exists($class, false) ? new $class() : false;
        return $module instanceof self ? $module : false;
    }
}
