<?php

/** Copied by the installer. A shop that wants another look copies the module's file into its own template, not this one. */

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

$clickBridgeFile = getLocalPath('modules/clickbridge.payment/handler/clickbridge/template/template.php');
if ($clickBridgeFile !== false) {
    require $_SERVER['DOCUMENT_ROOT'] . $clickBridgeFile;
}
