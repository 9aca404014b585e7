<?php

/**
 * Installs or removes a module as the admin page does, for somebody at a terminal: php module.php <document root> install|uninstall <module>
 * Says what the module complained of and ends with 1.
 */

declare(strict_types=1);

if (PHP_SAPI !== 'cli' || $argc !== 4) {
    echo "usage: php module.php <document root> install|uninstall <module>\n";
    exit(2);
}
$_SERVER['DOCUMENT_ROOT'] = rtrim($argv[1], '/');
define('NOT_CHECK_PERMISSIONS', true);

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

/** @var CMain $APPLICATION made by the prolog */
$module = CModule::CreateModuleObject($argv[3]);
if ($module === false) {
    echo "there is no module $argv[3]\n";
    exit(1);
}
$isDone = $argv[2] === 'install' ? $module->DoInstall() : $module->DoUninstall();
if ($isDone === false) {
    $complaint = $APPLICATION->GetException();
    echo $complaint === false ? 'no reason was given' : $complaint->GetString(), "\n";
    exit(1);
}
