<?php

/**
 * The prolog of a hit. As in Bitrix its variables belong to the file: required inside a function, they are that function's and not global.
 * Requiring it again in the same hit does nothing.
 */

declare(strict_types=1);

if (defined('B_PROLOG_INCLUDED')) {
    return;
}
define('B_PROLOG_INCLUDED', true);

require_once dirname(__DIR__) . '/standin/autoload.php';

\StandIn\Hit::begin($_SERVER['DOCUMENT_ROOT']);

$APPLICATION = new CMain();
$USER = new CUser();
if (is_int(\StandIn\Hit::current()->testSetting('user_id'))) {
    $USER->Authorize(\StandIn\Hit::current()->testSetting('user_id'));
}

if (is_file($_SERVER['DOCUMENT_ROOT'] . '/bitrix/php_interface/init.php')) {
    require_once $_SERVER['DOCUMENT_ROOT'] . '/bitrix/php_interface/init.php';
}
