<?php

$MESS['CLICKBRIDGE_NAME'] = 'Click (click-bridge)';
$MESS['CLICKBRIDGE_DESCRIPTION'] = 'Payments with Click (click.uz) through the click-bridge service. Needs the currency UZS.';
$MESS['CLICK_SERVICE_ID_NAME'] = 'Service ID';
$MESS['CLICK_SERVICE_ID_DESCRIPTION'] = 'service_id from merchant.click.uz';
$MESS['CLICK_MERCHANT_ID_NAME'] = 'Merchant ID';
$MESS['CLICK_MERCHANT_ID_DESCRIPTION'] = 'merchant_id from merchant.click.uz';
$MESS['CLICK_MERCHANT_USER_ID_NAME'] = 'Merchant user ID';
$MESS['CLICK_MERCHANT_USER_ID_DESCRIPTION'] = 'merchant_user_id from merchant.click.uz';
$MESS['CLICK_SECRET_KEY_NAME'] = 'Secret key';
$MESS['CLICK_SECRET_KEY_DESCRIPTION'] = 'secret_key of the service, at least 8 characters. Only the click-bridge service reads it.';
$MESS['CLICK_FEE_PERCENT_NAME'] = 'Fee paid by the buyer, %';
$MESS['CLICK_FEE_PERCENT_DESCRIPTION'] = 'Added to the sum of the order: 0 to 20, at most two decimals, e.g. 1.5. Empty: no fee. '
    . 'With another value this pay system takes no new payments.';
$MESS['CLICK_CERTIFICATION_REFERENCE_NAME'] = 'Click: certification account';
$MESS['CLICK_CERTIFICATION_REFERENCE_DESCRIPTION'] = 'merchant_trans_id of Click\'s certification tool. It can be "paid" again and again: there '
    . 'is no order and no money behind it. Empty: off.';
$MESS['CLICK_CERTIFICATION_UNTIL_NAME'] = 'Click: certification until';
$MESS['CLICK_CERTIFICATION_UNTIL_DESCRIPTION'] = 'Time in Tashkent, YYYY-MM-DD HH:mm, at most 24 hours away. It ends by itself.';
$MESS['CLICK_TEST_URL_NAME'] = 'Click: stand-in for tests';
$MESS['CLICK_TEST_URL_DESCRIPTION'] = 'Address of `click-bridge simulate`, http or https. While the certification account is open, '
    . 'the module\'s settings page shows a link to try a purchase there. Nothing of a real order goes to it.';
$MESS['CLICK_TEST_SECRET_KEY_NAME'] = 'Click: test secret';
$MESS['CLICK_TEST_SECRET_KEY_DESCRIPTION'] = 'The key of that stand-in, at least 8 characters, and not the secret key. It is taken for the '
    . 'certification account alone, while that is open. Only the click-bridge service reads it.';
$MESS['CLICK_CARD_TYPES_NAME'] = 'Let the buyer choose the card';
$MESS['CLICK_CARD_TYPES_DESCRIPTION'] = 'Two buttons in place of one: Uzcard and Humo.';
$MESS['CLICK_NEW_WINDOW_NAME'] = 'Open Click in a new window';
$MESS['CLICK_NEW_WINDOW_DESCRIPTION'] = 'Off: Click\'s page takes the place of the shop\'s, and sends the buyer back.';
