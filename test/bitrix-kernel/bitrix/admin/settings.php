<?php

/** The settings of a module: its options.php, at file level, inside the admin's own page. */

declare(strict_types=1);

define('ADMIN_SECTION', true);

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

/** @var CMain $APPLICATION made by the prolog */
if (!\StandIn\Visitor::isKnown()) {
    $APPLICATION->AuthForm('');
}
define('LANGUAGE_ID', \Bitrix\Main\Context::getCurrent()->getLanguage());
$mid = is_string($_GET['mid'] ?? null) ? $_GET['mid'] : '';
$isModule = preg_match('/^[a-z0-9._]+$/D', $mid) === 1 && \Bitrix\Main\ModuleManager::isModuleInstalled($mid);
$options = $isModule ? getLocalPath("modules/$mid/options.php") : false;
header('Content-Type: text/html; charset=utf-8');
echo '<!doctype html><html><head><meta charset="utf-8"><title>Settings</title></head><body>';
if ($options !== false) {
    include $_SERVER['DOCUMENT_ROOT'] . $options;
}
echo '</body></html>';
