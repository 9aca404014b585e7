<?php

declare(strict_types=1);

use Bitrix\Main\Localization\Loc;
use Bitrix\Sale\PaySystem\Manager;

Loc::loadMessages(__FILE__);

$description = ['MAIN' => Loc::getMessage('CLICKBRIDGE_DESCRIPTION')];

$data = [
    'NAME' => Loc::getMessage('CLICKBRIDGE_NAME'),
    'SORT' => 300,
    'IS_AVAILABLE' => Manager::HANDLER_AVAILABLE_TRUE,
    'CODES' => [],
];
$clickBridgeCodes = [
    'CLICK_SERVICE_ID',
    'CLICK_MERCHANT_ID',
    'CLICK_MERCHANT_USER_ID',
    'CLICK_SECRET_KEY',
    'CLICK_FEE_PERCENT',
    'CLICK_CERTIFICATION_REFERENCE',
    'CLICK_CERTIFICATION_UNTIL',
    'CLICK_TEST_URL',
    'CLICK_TEST_SECRET_KEY',
];
foreach ($clickBridgeCodes as $clickBridgeIndex => $clickBridgeCode) {
    $data['CODES'][$clickBridgeCode] = [
        'NAME' => Loc::getMessage("{$clickBridgeCode}_NAME"),
        'DESCRIPTION' => Loc::getMessage("{$clickBridgeCode}_DESCRIPTION"),
        'SORT' => 100 + $clickBridgeIndex,
        'GROUP' => 'GENERAL_SETTINGS',
        // With INPUT only the admin's own text is stored: no provider through which a buyer could choose the key.
        'INPUT' => ['TYPE' => 'STRING'],
    ];
}
foreach (['CLICK_CARD_TYPES', 'CLICK_NEW_WINDOW'] as $clickBridgeIndex => $clickBridgeCode) {
    $data['CODES'][$clickBridgeCode] = [
        'NAME' => Loc::getMessage("{$clickBridgeCode}_NAME"),
        'DESCRIPTION' => Loc::getMessage("{$clickBridgeCode}_DESCRIPTION"),
        'SORT' => 200 + $clickBridgeIndex,
        'GROUP' => 'VISUAL_SETTINGS',
        'INPUT' => ['TYPE' => 'Y/N'],
    ];
}
