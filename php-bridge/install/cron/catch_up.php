<?php

/**
 * For shops that run no agents, or run them on hits alone: applies what no page applied after its answer to Click. From cron, each minute:
 *
 *     * * * * * php /home/bitrix/www/local/modules/clickbridge.payment/install/cron/catch_up.php
 *
 * Where the module's folder is a link, the document root is named after it. Beside the agent it does no harm: each update is leased to one.
 */

declare(strict_types=1);

use Bitrix\Main\Loader;
use ClickBridge\Order\CatchUp;

if (PHP_SAPI !== 'cli') {
    return;
}

$_SERVER['DOCUMENT_ROOT'] = rtrim($argv[1] ?? dirname(__DIR__, 5), '/');
$clickBridgeProlog = $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';
if (!is_file($clickBridgeProlog)) {
    fwrite(STDERR, "click-bridge: no Bitrix in {$_SERVER['DOCUMENT_ROOT']}; name the document root: php catch_up.php /home/bitrix/www\n");
    exit(2);
}

define('NO_KEEP_STATISTIC', true);
define('NO_AGENT_CHECK', true);
define('NOT_CHECK_PERMISSIONS', true);
define('BX_CRONTAB', true);
define('BX_NO_ACCELERATOR_RESET', true);
require $clickBridgeProlog;

if (!Loader::includeModule('clickbridge.payment')) {
    fwrite(STDERR, "click-bridge: the module clickbridge.payment is not installed\n");
    exit(1);
}
CatchUp::run();
