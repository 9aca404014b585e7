<?php

/** Runs all agents that are due, as the end of a page or Bitrix's own cron does: php run_agents.php <document root> */

declare(strict_types=1);

if (PHP_SAPI !== 'cli' || $argc !== 2) {
    echo "usage: php run_agents.php <document root>\n";
    exit(2);
}
$_SERVER['DOCUMENT_ROOT'] = rtrim($argv[1], '/');

define('NO_KEEP_STATISTIC', true);
define('NOT_CHECK_PERMISSIONS', true);
define('BX_CRONTAB', true);

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

CAgent::CheckAgents();
