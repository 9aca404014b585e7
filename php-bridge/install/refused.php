<?php

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

/**
 * Why the module was not installed.
 *
 * @var CMain $APPLICATION
 */

global $APPLICATION;
$clickBridgeComplaint = $APPLICATION->GetException();
CAdminMessage::ShowMessage($clickBridgeComplaint ? $clickBridgeComplaint->GetString() : '');
