<?php

/** Copied by the installer. The file itself is the module's, wherever that lies, so an update of the module needs no new copy. */

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

$clickBridgeFile = getLocalPath('modules/clickbridge.payment/handler/clickbridge/handler.php');
// Bitrix includes the handlers of all pay systems: without its module this one must not take the others with it.
if ($clickBridgeFile !== false) {
    require $_SERVER['DOCUMENT_ROOT'] . $clickBridgeFile;
}
