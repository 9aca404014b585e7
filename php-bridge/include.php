<?php

/** Bitrix requires it before an agent or an event handler of the module runs. It must not return false. */

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

// A folder that is being copied must not stop every page of the shop.
if (is_file(__DIR__ . '/autoload.php')) {
    require_once __DIR__ . '/autoload.php';
}
