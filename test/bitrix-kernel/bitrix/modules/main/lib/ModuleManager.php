<?php

declare(strict_types=1);

namespace Bitrix\Main;

/** Which modules are installed: a row each. Those of the stand-in itself are there without one. */
class ModuleManager
{
    /** @throws DB\DuplicateEntryException when it is registered already */
    public static function registerModule(string $moduleName): void
    {
        $connection = Application::getConnection();
        $connection->queryExecute("INSERT INTO b_module (ID) VALUES ({$connection->getSqlHelper()->convertToDbString($moduleName)})");
    }

    /** With its agents. Its event handlers stay, unless the module takes them out itself. */
    public static function unRegisterModule(string $moduleName): void
    {
        \CAgent::RemoveModuleAgents($moduleName);
        $connection = Application::getConnection();
        $connection->queryExecute("DELETE FROM b_module WHERE ID = {$connection->getSqlHelper()->convertToDbString($moduleName)}");
    }

    public static function isModuleInstalled(string $moduleName): bool
    {
        if (preg_match('/^[a-z]+$/D', $moduleName) === 1 && is_dir(dirname(__DIR__, 2) . "/$moduleName")) {
            return true;
        }
        $connection = Application::getConnection();
        $id = $connection->getSqlHelper()->convertToDbString($moduleName);
        return $connection->queryScalar("SELECT ID FROM b_module WHERE ID = $id") !== null;
    }
}
