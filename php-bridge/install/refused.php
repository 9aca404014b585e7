<?php

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

/** Why the module was not installed. */

global $APPLICATION;
$clickBridgeComplaint = $APPLICATION->GetException();
CAdminMessage::ShowMessage($clickBridgeComplaint ? $clickBridgeComplaint->GetString() : '');
