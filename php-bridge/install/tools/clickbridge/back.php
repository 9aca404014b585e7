<?php

/** Copied by the installer to /bitrix/tools/clickbridge/: where Click sends a guest back to. Found as callback.php finds its file. */

if (basename(dirname(__DIR__, 2)) === 'install') {
    return;
}

foreach ([$_SERVER['DOCUMENT_ROOT'], dirname(__DIR__, 3)] as $clickBridgeRoot) {
    foreach (['local', 'bitrix'] as $clickBridgeFolder) {
        $clickBridgeFile = "$clickBridgeRoot/$clickBridgeFolder/modules/clickbridge.payment/public/back.php";
        if (is_file($clickBridgeFile)) {
            require $clickBridgeFile;
            return;
        }
    }
}

// The module is being replaced: the shop is better than nothing.
header('Location: /', true, 302);
