<?php

$MESS['CLICKBRIDGE_NAME'] = 'Click (click-bridge)';
$MESS['CLICKBRIDGE_DESCRIPTION'] = 'Оплата через Click (click.uz) с помощью службы click-bridge. Нужна валюта UZS.';
$MESS['CLICK_SERVICE_ID_NAME'] = 'ID сервиса';
$MESS['CLICK_SERVICE_ID_DESCRIPTION'] = 'service_id из кабинета merchant.click.uz';
$MESS['CLICK_MERCHANT_ID_NAME'] = 'ID мерчанта';
$MESS['CLICK_MERCHANT_ID_DESCRIPTION'] = 'merchant_id из кабинета merchant.click.uz';
$MESS['CLICK_MERCHANT_USER_ID_NAME'] = 'ID пользователя мерчанта';
$MESS['CLICK_MERCHANT_USER_ID_DESCRIPTION'] = 'merchant_user_id из кабинета merchant.click.uz';
$MESS['CLICK_SECRET_KEY_NAME'] = 'Секретный ключ';
$MESS['CLICK_SECRET_KEY_DESCRIPTION'] = 'secret_key сервиса, не короче 8 символов. Его читает только служба click-bridge.';
