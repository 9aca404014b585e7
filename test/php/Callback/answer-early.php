<?php

/** A page that answers with EarlyAnswer amid a site's own noise, and works on once the FIFO of the environment says so. */

declare(strict_types=1);

use ClickBridge\Callback\EarlyAnswer;

require dirname(__DIR__, 3) . '/php-bridge/autoload.php';

ob_start();
echo 'noise of the site';
ob_start();
echo 'more noise';

EarlyAnswer::send('{"error":0}', ($_GET['work'] ?? '') === 'follows');
fgets(fopen((string) getenv('FIFO'), 'r') ?: exit('no FIFO'));
echo 'printed later';
ob_flush();
flush();
error_log('worked on, with ' . ini_get('max_execution_time') . ' seconds, abort ' . ignore_user_abort());
