<?php

/** Bitrix's standard address for the callbacks of all pay systems. */

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Sale\PaySystem\Manager;
use Bitrix\Sale\PaySystem\Service;

define('STOP_STATISTICS', true);
define('NO_KEEP_STATISTIC', 'Y');
define('NO_AGENT_STATISTIC', 'Y');
define('DisableEventsCheck', true);
define('NOT_CHECK_PERMISSIONS', true);

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

if (Loader::includeModule('sale')) {
    $request = Application::getInstance()->getContext()->getRequest();
    $item = Manager::searchByRequest($request);
    if ($item !== false) {
        (new Service($item))->processRequest($request);
    }
}

/** @var CMain $APPLICATION made by the prolog */
CMain::FinalActions();
die();
