<?php

/**
 * Runs one agent as Bitrix's cron does: php run_agent.php <document root> '\Vendor\Agent::run();'
 * Prints the code to run next. An exception or Error is shown and ends with 1.
 */

declare(strict_types=1);

if (PHP_SAPI !== 'cli' || $argc !== 3) {
    echo "usage: php run_agent.php <document root> '<code of the agent>'\n";
    exit(2);
}
$_SERVER['DOCUMENT_ROOT'] = rtrim($argv[1], '/');

define('NO_KEEP_STATISTIC', true);
define('NOT_CHECK_PERMISSIONS', true);
define('BX_CRONTAB', true);

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

// In Bitrix an agent belongs to a module, which is included before it runs; this is the module's, where it is linked and not installed.
$callback = realpath("{$_SERVER['DOCUMENT_ROOT']}/bitrix/tools/clickbridge/callback.php");
if (!\Bitrix\Main\Loader::includeModule('clickbridge.payment') && $callback !== false) {
    require_once dirname($callback, 2) . '/autoload.php';
}

try {
    echo \StandIn\AgentCode::run($argv[2]), "\n";
} catch (Throwable $error) {
    fwrite(STDERR, get_class($error) . ": {$error->getMessage()}\n{$error->getTraceAsString()}\n");
    exit(1);
}
