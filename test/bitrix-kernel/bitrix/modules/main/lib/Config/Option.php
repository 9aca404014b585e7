<?php

declare(strict_types=1);

namespace Bitrix\Main\Config;

use Bitrix\Main\Application;
use Bitrix\Main\ArgumentNullException;
use StandIn\Hit;

/** Settings of modules. A module's are read once a hit: what another process has written since is not seen. */
class Option
{
    /** @var array<string, array<string, ?string>> by module and name */
    private array $read = [];

    /** The value; when there is none, or null, what the caller gives, or else what the module's default_option.php does. */
    public static function get(string $moduleId, string $name, mixed $default = '', string|bool $siteId = false): mixed
    {
        self::demand($moduleId, 'moduleId');
        self::demand($name, 'name');
        return self::getForModule($moduleId)[$name] ?? (func_num_args() > 2 ? $default : self::getDefaults($moduleId)[$name] ?? '');
    }

    /** @return array<string, ?string> */
    public static function getForModule(string $moduleId): array
    {
        $self = self::ofHit();
        if (!isset($self->read[$moduleId])) {
            $connection = Application::getConnection();
            $module = $connection->getSqlHelper()->convertToDbString($moduleId);
            $rows = $connection->query("SELECT NAME, VALUE FROM b_option WHERE MODULE_ID = $module")->fetchAll();
            $self->read[$moduleId] = array_column($rows, 'VALUE', 'NAME');
        }
        return $self->read[$moduleId];
    }

    /** @return array<string, mixed> */
    public static function getDefaults(string $moduleId): array
    {
        $path = getLocalPath("modules/$moduleId/default_option.php");
        if ($path === false) {
            return [];
        }
        include $_SERVER['DOCUMENT_ROOT'] . $path;
        return get_defined_vars()[strtr($moduleId, '.', '_') . '_default_option'] ?? [];
    }

    public static function set(string $moduleId, string $name, mixed $value = '', string $siteId = ''): void
    {
        self::demand($moduleId, 'moduleId');
        self::demand($name, 'name');
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $text = $value === null ? 'NULL' : "'{$helper->forSql($value)}'";
        $connection->queryExecute(
            "REPLACE INTO b_option (MODULE_ID, NAME, VALUE) VALUES ('{$helper->forSql($moduleId)}', '{$helper->forSql($name)}', $text)"
        );
        unset(self::ofHit()->read[$moduleId]);
    }

    /**
     * All of a module's, or one.
     *
     * @param array{name?: string} $filter
     */
    public static function delete(string $moduleId, array $filter = []): void
    {
        self::demand($moduleId, 'moduleId');
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $one = isset($filter['name']) ? " AND NAME = {$helper->convertToDbString($filter['name'])}" : '';
        $connection->queryExecute("DELETE FROM b_option WHERE MODULE_ID = {$helper->convertToDbString($moduleId)}$one");
        unset(self::ofHit()->read[$moduleId]);
    }

    private static function demand(string $value, string $parameter): void
    {
        if ($value === '') {
            throw new ArgumentNullException($parameter);
        }
    }

    private static function ofHit(): self
    {
        return Hit::current()->keep(self::class, static fn() => new self());
    }
}
