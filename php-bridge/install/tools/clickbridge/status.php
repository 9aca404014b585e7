<?php

/** Copied by the installer to /bitrix/tools/clickbridge/: what the checkout page asks. Found as callback.php finds its file. */

if (basename(dirname(__DIR__, 2)) === 'install') {
    return;
}

foreach ([$_SERVER['DOCUMENT_ROOT'], dirname(__DIR__, 3)] as $clickBridgeRoot) {
    foreach (['local', 'bitrix'] as $clickBridgeFolder) {
        $clickBridgeFile = "$clickBridgeRoot/$clickBridgeFolder/modules/clickbridge.payment/public/status.php";
        if (is_file($clickBridgeFile)) {
            require $clickBridgeFile;
            return;
        }
    }
}

header('HTTP/1.1 503 Service Unavailable');
header('Content-Type: application/json; charset=UTF-8');
echo '{"error":"UNAVAILABLE"}';
