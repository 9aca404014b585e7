<?php

/** Installs and removes modules: `?id=<module>&install=Y` or `&uninstall=Y`, with the visitor's sessid. */

declare(strict_types=1);

define('ADMIN_SECTION', true);

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

/**
 * @var CMain $APPLICATION made by the prolog
 * @var CUser $USER
 */
if (!$USER->IsAdmin() || !check_bitrix_sessid()) {
    $APPLICATION->AuthForm('');
}
define('LANGUAGE_ID', \Bitrix\Main\Context::getCurrent()->getLanguage());
header('Content-Type: text/html; charset=utf-8');
$id = $_REQUEST['id'] ?? '';
$module = is_string($id) && preg_match('/^[a-z0-9._]+$/D', $id) === 1 ? CModule::CreateModuleObject($id) : false;
if ($module !== false && isset($_REQUEST['install'])) {
    $module->DoInstall();
} elseif ($module !== false && isset($_REQUEST['uninstall'])) {
    $module->DoUninstall();
}
echo 'installed: ', $module !== false && $module->IsInstalled() ? 'Y' : 'N';
