<?php

/**
 * Where the checkout page asks how its payment stands (GET) and has the invoice sent to a phone (POST). Runs without Bitrix and without a
 * session; does nothing without a checkout token. lib/Checkout/StatusPage.php has the contract.
 */

declare(strict_types=1);

use ClickBridge\Checkout\StatusPage;
use ClickBridge\Checkout\StatusReply;
use ClickBridge\Config;
use ClickBridge\Log;

(static function (): void {
    // Hosts may have taken functions away.
    if (function_exists('ini_set')) {
        ini_set('display_errors', '0');
    }
    try {
        require_once __DIR__ . '/../autoload.php';
        $body = (string) file_get_contents('php://input', false, null, 0, StatusPage::BODY_BYTES_MAX + 1);
        try {
            $answer = StatusPage::answer($_SERVER, $body, Config::path());
        } catch (Throwable $error) {
            Log::bug('the status page', $error);
            $answer = null;
        }
        $language = preg_match('/(?:^|&)lang=([a-z]{2})(?:&|$)/D', $body, $found) === 1 ? $found[1] : '';
        StatusReply::send($answer, $_SERVER, $language);
    } catch (Throwable $error) {
        // The folder is not whole: none of its classes can be relied on.
        if (function_exists('error_log')) {
            error_log('click-bridge: ' . get_class($error) . ' in the status page: its folder is not whole');
        }
        header('HTTP/1.1 503 Service Unavailable');
        header('Content-Type: application/json; charset=UTF-8');
        header('Cache-Control: no-store');
        echo '{"error":"UNAVAILABLE"}';
    }
})();
