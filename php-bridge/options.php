<?php

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

/**
 * The settings page. Bitrix includes it at file level, inside its own page, once the administrator has chosen the module.
 *
 * @var CMain $APPLICATION
 * @var CUser $USER
 * @var string $mid
 */

use Bitrix\Main\Localization\Loc;
use ClickBridge\ApplyMode;
use ClickBridge\Settings\SettingsPage;

Loc::loadMessages(__FILE__);

// Who may read here may turn the shop's money elsewhere, so a right to the module alone is not enough.
if (!$USER->IsAdmin()) {
    $APPLICATION->AuthForm((string) Loc::getMessage('CLICKBRIDGE_FAULT_RIGHTS'));
}

require_once __DIR__ . '/autoload.php';

$clickBridgePage = SettingsPage::serve($_POST);
foreach ($clickBridgePage->messages as [$clickBridgeIsGood, $clickBridgeText]) {
    CAdminMessage::ShowMessage(['MESSAGE' => $clickBridgeText, 'TYPE' => $clickBridgeIsGood ? 'OK' : 'ERROR']);
}
$clickBridgeFields = array_map('htmlspecialcharsbx', $clickBridgePage->fields);
$clickBridgeTabs = new CAdminTabControl('clickbridge', [
    [
        'DIV' => 'service',
        'TAB' => (string) Loc::getMessage('CLICKBRIDGE_TAB'),
        'TITLE' => (string) Loc::getMessage('CLICKBRIDGE_TAB_TITLE'),
    ],
]);
$clickBridgeTokens = [
    'CLICKBRIDGE_TOKEN' => ['token', 'CLICKBRIDGE_TOKEN_NONE'],
    'CLICKBRIDGE_ADMIN_TOKEN' => ['admin_token', 'CLICKBRIDGE_ADMIN_TOKEN_NONE'],
];
$clickBridgeTlsFields = ['CLICKBRIDGE_TLS_CA' => 'tls_ca', 'CLICKBRIDGE_TLS_CERT' => 'tls_cert', 'CLICKBRIDGE_TLS_KEY' => 'tls_key'];
$clickBridgeModes = ['CLICKBRIDGE_APPLY_AFTER_ANSWER' => ApplyMode::AfterAnswer, 'CLICKBRIDGE_APPLY_AGENT' => ApplyMode::Agent];
$clickBridgeTabs->Begin();
?>
<form method="post" autocomplete="off"
    action="<?= htmlspecialcharsbx($APPLICATION->GetCurPage()) ?>?mid=<?= urlencode($mid) ?>&amp;lang=<?= LANGUAGE_ID ?>">
<?= bitrix_sessid_post() ?>
<?php $clickBridgeTabs->BeginNextTab() ?>
<tr>
    <td width="40%"><label for="clickbridge_addresses"><?= Loc::getMessage('CLICKBRIDGE_ADDRESSES') ?></label></td>
    <td>
        <textarea id="clickbridge_addresses" name="addresses" rows="3" cols="60"><?= $clickBridgeFields['addresses'] ?></textarea><br>
        <small><?= Loc::getMessage('CLICKBRIDGE_ADDRESSES_HINT') ?></small>
    </td>
</tr>
<?php foreach ($clickBridgeTokens as $clickBridgeCode => [$clickBridgeName, $clickBridgeHint]) : ?>
<tr>
    <td><label for="clickbridge_<?= $clickBridgeName ?>"><?= Loc::getMessage($clickBridgeCode) ?></label></td>
    <td>
        <input type="password" id="clickbridge_<?= $clickBridgeName ?>" name="<?= $clickBridgeName ?>" value="" size="60"
            autocomplete="new-password"><br>
        <?php if ($clickBridgePage->tokens[$clickBridgeName]) : ?>
        <small><?= Loc::getMessage('CLICKBRIDGE_TOKEN_KEPT') ?></small><br>
        <label>
            <input type="checkbox" name="<?= $clickBridgeName ?>_delete" value="Y"> <?= Loc::getMessage('CLICKBRIDGE_TOKEN_DELETE') ?>
        </label>
        <?php else : ?>
        <small><?= Loc::getMessage($clickBridgeHint) ?></small>
        <?php endif ?>
    </td>
</tr>
<?php endforeach ?>
<?php foreach ($clickBridgeTlsFields as $clickBridgeCode => $clickBridgeName) : ?>
<tr>
    <td><label for="clickbridge_<?= $clickBridgeName ?>"><?= Loc::getMessage($clickBridgeCode) ?></label></td>
    <td><input type="text" id="clickbridge_<?= $clickBridgeName ?>" name="<?= $clickBridgeName ?>"
        value="<?= $clickBridgeFields[$clickBridgeName] ?>" size="60"></td>
</tr>
<?php endforeach ?>
<tr>
    <td><label for="clickbridge_trusted_network"><?= Loc::getMessage('CLICKBRIDGE_TRUSTED_NETWORK') ?></label></td>
    <td><input type="checkbox" id="clickbridge_trusted_network" name="trusted_network" value="Y"
        <?= $clickBridgeFields['trusted_network'] === 'Y' ? 'checked' : '' ?>></td>
</tr>
<tr>
    <td><label for="clickbridge_apply"><?= Loc::getMessage('CLICKBRIDGE_APPLY') ?></label></td>
    <td><select id="clickbridge_apply" name="apply">
        <?php foreach ($clickBridgeModes as $clickBridgeCode => $clickBridgeMode) : ?>
        <option value="<?= $clickBridgeMode->value ?>" <?= $clickBridgeFields['apply'] === $clickBridgeMode->value ? 'selected' : '' ?>>
            <?= Loc::getMessage($clickBridgeCode) ?>
        </option>
        <?php endforeach ?>
    </select></td>
</tr>
<tr>
    <td><?= Loc::getMessage('CLICKBRIDGE_CABINET') ?></td>
    <td>
        Prepare: <code>https://…/bitrix/tools/clickbridge/callback.php?route=prepare</code><br>
        Complete: <code>https://…/bitrix/tools/clickbridge/callback.php?route=complete</code>
    </td>
</tr>
<?php foreach ($clickBridgePage->trials as $clickBridgeLink) : ?>
<tr>
    <td></td>
    <td>
        <a href="<?= htmlspecialcharsbx($clickBridgeLink) ?>" target="_blank" rel="noopener noreferrer"><?=
            Loc::getMessage('CLICKBRIDGE_TRY')
        ?></a>
    </td>
</tr>
<?php endforeach ?>
<?php $clickBridgeTabs->Buttons() ?>
<input type="submit" name="save" value="<?= htmlspecialcharsbx((string) Loc::getMessage('CLICKBRIDGE_SAVE')) ?>" class="adm-btn-save">
<input type="submit" name="check" value="<?= htmlspecialcharsbx((string) Loc::getMessage('CLICKBRIDGE_CHECK')) ?>">
<input type="submit" name="currency" value="<?= htmlspecialcharsbx((string) Loc::getMessage('CLICKBRIDGE_UZS')) ?>">
<?php if ($clickBridgePage->canRestrict) : ?>
<input type="submit" name="restrict" value="<?= htmlspecialcharsbx((string) Loc::getMessage('CLICKBRIDGE_RESTRICT')) ?>">
<?php endif ?>
<?php if ($clickBridgePage->needsRepair) : ?>
<input type="submit" name="repair" value="<?= htmlspecialcharsbx((string) Loc::getMessage('CLICKBRIDGE_REPAIR')) ?>">
<?php endif ?>
<?php $clickBridgeTabs->End() ?>
</form>
