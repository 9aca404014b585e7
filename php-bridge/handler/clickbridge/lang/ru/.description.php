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
$MESS['CLICK_FEE_PERCENT_NAME'] = 'Комиссия с покупателя, %';
$MESS['CLICK_FEE_PERCENT_DESCRIPTION'] = 'Добавляется к сумме заказа: от 0 до 20, не больше двух знаков после точки, например 1.5. '
    . 'Пусто: без комиссии. С другим значением платёжная система не принимает новых оплат.';
$MESS['CLICK_CERTIFICATION_REFERENCE_NAME'] = 'Click: счёт для проверки';
$MESS['CLICK_CERTIFICATION_REFERENCE_DESCRIPTION'] = 'merchant_trans_id из программы проверки Click. На него можно «платить» сколько угодно '
    . 'раз: заказа и денег за ним нет. Пусто — проверка выключена.';
$MESS['CLICK_CERTIFICATION_UNTIL_NAME'] = 'Click: проверка до';
$MESS['CLICK_CERTIFICATION_UNTIL_DESCRIPTION'] = 'Время в Ташкенте, ГГГГ-ММ-ДД ЧЧ:ММ, не дальше 24 часов. Потом выключается сама.';
$MESS['CLICK_TEST_URL_NAME'] = 'Click: заменитель для проб';
$MESS['CLICK_TEST_URL_DESCRIPTION'] = 'Адрес `click-bridge simulate`, http или https. Пока открыт счёт для проверки, страница '
    . 'настроек модуля показывает ссылку на пробную покупку. Настоящие заказы туда не попадают.';
$MESS['CLICK_TEST_SECRET_KEY_NAME'] = 'Click: тестовый ключ';
$MESS['CLICK_TEST_SECRET_KEY_DESCRIPTION'] = 'Ключ этого заменителя, не короче 8 знаков и не секретный ключ. Принимается только для счёта '
    . 'для проверки, пока тот открыт. Его читает только сервис click-bridge.';
$MESS['CLICK_CARD_TYPES_NAME'] = 'Выбор карты покупателем';
$MESS['CLICK_CARD_TYPES_DESCRIPTION'] = 'Две кнопки вместо одной: Uzcard и Humo.';
$MESS['CLICK_NEW_WINDOW_NAME'] = 'Открывать Click в новом окне';
$MESS['CLICK_NEW_WINDOW_DESCRIPTION'] = 'Выключено: страница Click открывается вместо страницы магазина и возвращает покупателя обратно.';
