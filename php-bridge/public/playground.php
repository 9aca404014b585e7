<?php

/**
 * Where Click's browser Playground may post (docs.click.uz/testing/playground): callback.php with CORS for that one site. It answers for
 * the certification account alone, while that is open; of an order it knows nothing, and it never loads Bitrix.
 */

declare(strict_types=1);

use ClickBridge\Callback\EarlyAnswer;
use ClickBridge\Callback\Responder;

if (function_exists('ini_set')) {
    ini_set('display_errors', '0');
}
const CLICKBRIDGE_PLAYGROUND = 'https://docs.click.uz';
header('Vary: Origin');
if (($_SERVER['HTTP_ORIGIN'] ?? '') === CLICKBRIDGE_PLAYGROUND) {
    header('Access-Control-Allow-Origin: ' . CLICKBRIDGE_PLAYGROUND);
    header('Access-Control-Allow-Methods: POST');
    header('Access-Control-Allow-Headers: Content-Type');
}
if (($_SERVER['REQUEST_METHOD'] ?? '') === 'OPTIONS') {
    header('HTTP/1.1 204 No Content');
    return;
}
require_once __DIR__ . '/../autoload.php';
EarlyAnswer::send(Responder::answerCurrent(certificationOnly: true)->json, false);
