<?php

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use StandIn\AgentCode;

class CAgent
{
    /** How long an agent counts as running before it is taken for dead. */
    private const RUNNING_SECONDS_MAX = 600;

    /**
     * The agent's number. False, and an exception at `$APPLICATION`, when one of this name is there, of whatever module.
     *
     * @param 'Y'|'N' $period
     */
    public static function AddAgent(string $name, string $module = '', string $period = 'N', int $interval = 86400): int|false
    {
        global $APPLICATION;
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        if ($connection->queryScalar("SELECT ID FROM b_agent WHERE NAME = {$helper->convertToDbString($name)}") !== null) {
            if ($APPLICATION instanceof CMain) {
                $APPLICATION->ThrowException('The agent exists', 'agent_exist');
            }
            return false;
        }
        $connection->queryExecute('INSERT INTO b_agent SET NEXT_EXEC = NOW(), ' . $helper->assignments([
            'NAME' => $name, 'MODULE_ID' => $module, 'IS_PERIOD' => $period, 'AGENT_INTERVAL' => $interval,
        ]));
        return $connection->getInsertedId();
    }

    /** Removes the agent of this name and this module; without a module, the one of none. */
    public static function RemoveAgent(string $name, string $module = ''): void
    {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $of = "NAME = {$helper->convertToDbString($name)} AND IFNULL(MODULE_ID, '') = {$helper->convertToDbString($module)}";
        $connection->queryExecute("DELETE FROM b_agent WHERE $of");
    }

    public static function RemoveModuleAgents(string $module): void
    {
        $connection = Application::getConnection();
        $connection->queryExecute("DELETE FROM b_agent WHERE MODULE_ID = {$connection->getSqlHelper()->convertToDbString($module)}");
    }

    /**
     * Runs all agents that are due, with `$USER` null, which it stays. One whose module cannot be included stays as it is; one that throws, or
     * kills PHP, counts as running for ten minutes more.
     */
    public static function CheckAgents(): bool
    {
        $connection = Application::getConnection();
        $due = "ACTIVE = 'Y' AND NEXT_EXEC <= NOW() AND (DATE_CHECK IS NULL OR DATE_CHECK <= NOW())";
        foreach ($connection->query("SELECT ID, NAME, MODULE_ID FROM b_agent WHERE $due ORDER BY SORT, ID")->fetchAll() as $agent) {
            $until = 'DATE_CHECK = NOW() + INTERVAL ' . self::RUNNING_SECONDS_MAX . ' SECOND';
            $connection->queryExecute("UPDATE b_agent SET RUNNING = 'Y', $until WHERE ID = {$agent['ID']}");
            if ((string) $agent['MODULE_ID'] === '' || Loader::includeModule((string) $agent['MODULE_ID'])) {
                self::runOne((int) $agent['ID'], (string) $agent['NAME']);
            }
        }
        return true;
    }

    private static function runOne(int $id, string $code): void
    {
        $connection = Application::getConnection();
        try {
            $next = AgentCode::run($code);
        } catch (Throwable $error) {
            error_log("agent $code: " . get_class($error));
            return;
        }
        if ($next === '') {
            $connection->queryExecute("DELETE FROM b_agent WHERE ID = $id");
            return;
        }
        $name = $connection->getSqlHelper()->convertToDbString($next);
        $connection->queryExecute(
            "UPDATE b_agent SET NAME = $name, LAST_EXEC = NOW(), NEXT_EXEC = NOW() + INTERVAL AGENT_INTERVAL SECOND,"
            . " DATE_CHECK = NULL, RUNNING = 'N' WHERE ID = $id"
        );
    }
}
