<?php

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

use Bitrix\Main\Localization\Loc;

Loc::loadMessages(__DIR__ . '/index.php');

/** The module is installed: what was done to the currency UZS, and where to go on. */

/** @var \ClickBridge\Setup\CurrencyReport $clickBridgeReport */
$clickBridgeReport = $GLOBALS['CLICKBRIDGE_UZS_REPORT'];
CAdminMessage::ShowNote((string) Loc::getMessage('CLICKBRIDGE_INSTALLED'));
foreach ($clickBridgeReport->changes as $clickBridgeSentence) {
    CAdminMessage::ShowNote($clickBridgeSentence);
}
foreach ($clickBridgeReport->problems as $clickBridgeSentence) {
    CAdminMessage::ShowMessage($clickBridgeSentence);
}
?>
<p><a href="/bitrix/admin/settings.php?mid=clickbridge.payment&amp;lang=<?= LANGUAGE_ID ?>">
    <?= Loc::getMessage('CLICKBRIDGE_TO_SETTINGS') ?>
</a></p>
