<?php

/** Constants that Bitrix defines for every page; the recorded signatures have those of classes only. */

declare(strict_types=1);

define('LANGUAGE_ID', 'ru');
