<?php

/**
 * Where Click posts Prepare (`?route=prepare`) and Complete (`?route=complete`). Answers first and without Bitrix; then, when the order is
 * owed something, loads Bitrix and applies it. Required by stubs at file level: Bitrix's prolog makes globals.
 */

declare(strict_types=1);

use ClickBridge\Callback\EarlyAnswer;
use ClickBridge\Callback\Responder;
use ClickBridge\Order\AfterAnswer;

try {
    // Hosts may have taken functions away.
    if (function_exists('ini_set')) {
        ini_set('display_errors', '0');
    }
    require_once __DIR__ . '/../autoload.php';
    $clickBridgeAnswer = Responder::answerCurrent();
    EarlyAnswer::send($clickBridgeAnswer->json, $clickBridgeAnswer->orderUpdate !== null);
} catch (Throwable $error) {
    // The folder is not whole: none of its classes can be relied on.
    if (function_exists('error_log')) {
        error_log('click-bridge: ' . $error->getMessage());
    }
    header('HTTP/1.1 200 OK');
    header('Content-Type: application/json; charset=UTF-8');
    exit('{"error":-7,"error_note":"Failed to update user"}');
}

if ($clickBridgeAnswer->orderUpdate === null) {
    return;
}

// As Bitrix's own result page does: no visitor, no statistics, no agents on Click's hit.
define('STOP_STATISTICS', true);
define('NO_KEEP_STATISTIC', 'Y');
define('NO_AGENT_STATISTIC', 'Y');
define('NO_AGENT_CHECK', true);
define('DisableEventsCheck', true);
define('NOT_CHECK_PERMISSIONS', true);
// The answer is out, so a session could not send its cookie: PHP would warn.
define('BX_SECURITY_SESSION_VIRTUAL', true);
require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

AfterAnswer::finish($clickBridgeAnswer->orderUpdate);
