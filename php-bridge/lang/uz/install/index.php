<?php

$MESS['CLICKBRIDGE_MODULE_NAME'] = 'Click (click-bridge)';
$MESS['CLICKBRIDGE_MODULE_DESCRIPTION'] = 'click-bridge xizmati yordamida buyurtmalarni Click (click.uz) orqali to‘lash';
$MESS['CLICKBRIDGE_INSTALL_TITLE'] = 'Click modulini o‘rnatish';
$MESS['CLICKBRIDGE_NEEDS_PHP'] = 'PHP 8.1 yoki undan yangisi kerak.';
$MESS['CLICKBRIDGE_NEEDS_64_BIT'] = '64 bitli PHP kerak.';
$MESS['CLICKBRIDGE_NEEDS_MBSTRING'] = 'PHP ning mbstring kengaytmasi kerak.';
$MESS['CLICKBRIDGE_NEEDS_CURL'] = 'PHP ning HTTP/2 ni qo‘llaydigan curl kengaytmasi kerak (nghttp2 bilan yig‘ilgan libcurl 7.47 yoki yangisi), curl_exec funksiyasi o‘chirilmagan bo‘lishi kerak.';
$MESS['CLICKBRIDGE_NEEDS_PACKAGES'] = 'Modul papkasi to‘liq ko‘chirilmagan: google/protobuf paketi yo‘q. Modul arxivini qaytadan ko‘chiring yoki modul papkasida composer install --no-dev ni bajaring.';
$MESS['CLICKBRIDGE_NEEDS_SALE'] = 'Avval «Internet-do‘kon» (sale) modulini o‘rnating.';
$MESS['CLICKBRIDGE_NEEDS_MYSQL'] = 'click-bridge xizmati faqat MySQL va MariaDB bilan ishlaydi; bu do‘kon boshqa ma’lumotlar bazasidan foydalanadi.';
$MESS['CLICKBRIDGE_NOT_WRITABLE'] = 'Fayllarni yozib bo‘lmadi: #FILES#. Veb-serverga yozish huquqini bering va o‘rnatishni takrorlang.';
$MESS['CLICKBRIDGE_UNINSTALL_TITLE'] = 'Click modulini o‘chirish';
$MESS['CLICKBRIDGE_UNINSTALL_KEEPS'] = 'To‘lovlar haqidagi ma’lumotlar (clickbridge_* jadvallari), to‘lov tizimlari va buyurtmalar saqlanadi.';
$MESS['CLICKBRIDGE_UNINSTALL_FIRST'] = 'Avval Click to‘lov tizimlarini o‘chirib qo‘ying: modul o‘chirilgach, boshlangan to‘lovlar bo‘yicha Click javob olmaydi.';
$MESS['CLICKBRIDGE_UNINSTALL_SETTINGS'] = '/bitrix/php_interface/clickbridge.php sozlamalar faylini ham o‘chirish';
$MESS['CLICKBRIDGE_UNINSTALL_DO'] = 'Modulni o‘chirish';
$MESS['CLICKBRIDGE_INSTALLED'] = 'Modul o‘rnatildi.';
$MESS['CLICKBRIDGE_TO_SETTINGS'] = 'Modul sozlamalariga o‘tish';
