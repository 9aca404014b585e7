<?php

/** Copied by the installer to /bitrix/tools/clickbridge/: the address for Click's cabinet. Requires the module's file at file level, as that asks. */

// In the module's own folder it is no address.
if (basename(dirname(__DIR__, 2)) === 'install') {
    return;
}

// What getLocalPath does, for there is no Bitrix here yet. A second site of the shop may have a root in which only /bitrix is linked.
foreach ([$_SERVER['DOCUMENT_ROOT'], dirname(__DIR__, 3)] as $clickBridgeRoot) {
    foreach (['local', 'bitrix'] as $clickBridgeFolder) {
        $clickBridgeFile = "$clickBridgeRoot/$clickBridgeFolder/modules/clickbridge.payment/public/callback.php";
        if (is_file($clickBridgeFile)) {
            require $clickBridgeFile;
            return;
        }
    }
}

// The module is being replaced: Click calls again.
header('Content-Type: application/json; charset=UTF-8');
echo '{"error":-7,"error_note":"Failed to update user"}';
