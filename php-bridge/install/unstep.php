<?php

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

use Bitrix\Main\Localization\Loc;

Loc::loadMessages(__DIR__ . '/index.php');

/**
 * Asks once more before the module goes, and whether its settings file goes with it.
 *
 * @var CMain $APPLICATION
 */

global $APPLICATION;
?>
<form action="<?= htmlspecialcharsbx($APPLICATION->GetCurPage()) ?>" method="post">
    <?= bitrix_sessid_post() ?>
    <input type="hidden" name="lang" value="<?= LANGUAGE_ID ?>">
    <input type="hidden" name="id" value="clickbridge.payment">
    <input type="hidden" name="uninstall" value="Y">
    <input type="hidden" name="step" value="2">
    <p><?= Loc::getMessage('CLICKBRIDGE_UNINSTALL_KEEPS') ?></p>
    <p><?= Loc::getMessage('CLICKBRIDGE_UNINSTALL_FIRST') ?></p>
    <p><label>
        <input type="checkbox" name="delete_settings" value="Y">
        <?= Loc::getMessage('CLICKBRIDGE_UNINSTALL_SETTINGS') ?>
    </label></p>
    <input type="submit" value="<?= htmlspecialcharsbx((string) Loc::getMessage('CLICKBRIDGE_UNINSTALL_DO')) ?>">
</form>
