<?php

/**
 * Where Click sends a guest back to. The guest's own page has the order's hash in its address, which is none of Click's business: the
 * browser remembers the page, and this leads there (lib/Checkout/GuestPage.php). Runs without Bitrix and without a session.
 */

declare(strict_types=1);

use ClickBridge\Checkout\GuestPage;
use ClickBridge\Checkout\StatusReply;

(static function (): void {
    if (function_exists('ini_set')) {
        ini_set('display_errors', '0');
    }
    require_once __DIR__ . '/../autoload.php';
    $page = GuestPage::found($_GET, $_COOKIE);
    if ($page === '') {
        StatusReply::sendReturned(is_string($_GET['lang'] ?? null) ? $_GET['lang'] : '');
        return;
    }
    header('Cache-Control: no-store');
    header('Referrer-Policy: no-referrer');
    header("Location: $page", true, 302);
})();
