<?php

declare(strict_types=1);

namespace Bitrix\Main\Config;

use Bitrix\Main\Application;

class Option
{
    public static function get(string $moduleId, string $name, mixed $default = '', string|bool $siteId = false): mixed
    {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $value = $connection->queryScalar(
            "SELECT VALUE FROM b_option WHERE MODULE_ID = '{$helper->forSql($moduleId)}' AND NAME = '{$helper->forSql($name)}'"
        );
        return $value ?? $default;
    }

    public static function set(string $moduleId, string $name, mixed $value = '', string $siteId = ''): void
    {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $connection->queryExecute(
            'REPLACE INTO b_option (MODULE_ID, NAME, VALUE) VALUES ('
            . "'{$helper->forSql($moduleId)}', '{$helper->forSql($name)}', '{$helper->forSql((string) $value)}')"
        );
    }
}
