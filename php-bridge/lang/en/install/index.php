<?php

$MESS['CLICKBRIDGE_MODULE_NAME'] = 'Click (click-bridge)';
$MESS['CLICKBRIDGE_MODULE_DESCRIPTION'] = 'Payment of orders with Click (click.uz) through the click-bridge service';
$MESS['CLICKBRIDGE_INSTALL_TITLE'] = 'Installing the module Click';
$MESS['CLICKBRIDGE_NEEDS_PHP'] = 'PHP 8.1 or newer is needed.';
$MESS['CLICKBRIDGE_NEEDS_64_BIT'] = 'A 64-bit PHP is needed.';
$MESS['CLICKBRIDGE_NEEDS_MBSTRING'] = 'The PHP extension mbstring is needed.';
$MESS['CLICKBRIDGE_NEEDS_CURL'] = 'The PHP extension curl with HTTP/2 is needed (libcurl 7.47 or newer, built with nghttp2), and curl_exec must not be disabled.';
$MESS['CLICKBRIDGE_NEEDS_PACKAGES'] = 'The module\'s folder was not copied whole: the package google/protobuf is missing. Copy the module\'s archive anew, or run composer install --no-dev in the module\'s folder.';
$MESS['CLICKBRIDGE_NEEDS_SALE'] = 'Install the module sale (online store) first.';
$MESS['CLICKBRIDGE_NEEDS_MYSQL'] = 'The click-bridge service works with MySQL and MariaDB only; this shop uses another database.';
$MESS['CLICKBRIDGE_NOT_WRITABLE'] = 'These files could not be written: #FILES#. Give the web server the right to write and install again.';
$MESS['CLICKBRIDGE_UNINSTALL_TITLE'] = 'Removing the module Click';
$MESS['CLICKBRIDGE_UNINSTALL_KEEPS'] = 'The data on payments (tables clickbridge_*), the pay systems and the orders stay.';
$MESS['CLICKBRIDGE_UNINSTALL_FIRST'] = 'Switch off the Click pay systems first: afterwards Click gets no answer about payments that have begun.';
$MESS['CLICKBRIDGE_UNINSTALL_SETTINGS'] = 'Delete the settings file /bitrix/php_interface/clickbridge.php too';
$MESS['CLICKBRIDGE_UNINSTALL_DO'] = 'Remove the module';
$MESS['CLICKBRIDGE_INSTALLED'] = 'The module is installed.';
$MESS['CLICKBRIDGE_TO_SETTINGS'] = 'Go on to the module\'s settings';
