<?php

/** Bitrix requires it before an agent or an event handler of the module runs. It must not return false. */

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

require_once __DIR__ . '/autoload.php';
