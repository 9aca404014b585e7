<?php

$MESS['CLICKBRIDGE_MODULE_NAME'] = 'Click (click-bridge)';
$MESS['CLICKBRIDGE_MODULE_DESCRIPTION'] = 'Оплата заказов через Click (click.uz) с помощью сервиса click-bridge';
$MESS['CLICKBRIDGE_INSTALL_TITLE'] = 'Установка модуля Click';
$MESS['CLICKBRIDGE_NEEDS_PHP'] = 'Нужен PHP 8.1 или новее.';
$MESS['CLICKBRIDGE_NEEDS_64_BIT'] = 'Нужен 64-разрядный PHP.';
$MESS['CLICKBRIDGE_NEEDS_MBSTRING'] = 'Нужно расширение PHP mbstring.';
$MESS['CLICKBRIDGE_NEEDS_CURL'] = 'Нужно расширение PHP curl с поддержкой HTTP/2 (libcurl 7.47 или новее, собранная с nghttp2), и функция curl_exec не должна быть отключена.';
$MESS['CLICKBRIDGE_NEEDS_PACKAGES'] = 'Папка модуля скопирована не полностью: нет пакета google/protobuf. Скопируйте архив модуля заново или выполните в папке модуля composer install --no-dev.';
$MESS['CLICKBRIDGE_NEEDS_SALE'] = 'Сначала установите модуль «Интернет-магазин» (sale).';
$MESS['CLICKBRIDGE_NEEDS_MYSQL'] = 'Сервис click-bridge работает только с MySQL и MariaDB; этот магазин использует другую базу данных.';
$MESS['CLICKBRIDGE_NOT_WRITABLE'] = 'Не удалось записать файлы: #FILES#. Дайте веб-серверу право на запись и повторите установку.';
$MESS['CLICKBRIDGE_UNINSTALL_TITLE'] = 'Удаление модуля Click';
$MESS['CLICKBRIDGE_UNINSTALL_KEEPS'] = 'Данные об оплатах (таблицы clickbridge_*), платёжные системы и заказы останутся.';
$MESS['CLICKBRIDGE_UNINSTALL_FIRST'] = 'Сначала выключите платёжные системы Click: после удаления Click не получит ответа на оплаты, которые уже начаты.';
$MESS['CLICKBRIDGE_UNINSTALL_SETTINGS'] = 'Удалить и файл настроек /bitrix/php_interface/clickbridge.php';
$MESS['CLICKBRIDGE_UNINSTALL_DO'] = 'Удалить модуль';
$MESS['CLICKBRIDGE_INSTALLED'] = 'Модуль установлен.';
$MESS['CLICKBRIDGE_TO_SETTINGS'] = 'Перейти к настройкам модуля';
