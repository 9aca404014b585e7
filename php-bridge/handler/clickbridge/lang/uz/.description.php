<?php

$MESS['CLICKBRIDGE_NAME'] = 'Click (click-bridge)';
$MESS['CLICKBRIDGE_DESCRIPTION'] = 'click-bridge xizmati yordamida Click (click.uz) orqali to‘lov. UZS valyutasi kerak.';
$MESS['CLICK_SERVICE_ID_NAME'] = 'Xizmat ID';
$MESS['CLICK_SERVICE_ID_DESCRIPTION'] = 'merchant.click.uz kabinetidagi service_id';
$MESS['CLICK_MERCHANT_ID_NAME'] = 'Merchant ID';
$MESS['CLICK_MERCHANT_ID_DESCRIPTION'] = 'merchant.click.uz kabinetidagi merchant_id';
$MESS['CLICK_MERCHANT_USER_ID_NAME'] = 'Merchant foydalanuvchi ID';
$MESS['CLICK_MERCHANT_USER_ID_DESCRIPTION'] = 'merchant.click.uz kabinetidagi merchant_user_id';
$MESS['CLICK_SECRET_KEY_NAME'] = 'Maxfiy kalit';
$MESS['CLICK_SECRET_KEY_DESCRIPTION'] = 'Xizmatning secret_key kaliti, kamida 8 belgi. Uni faqat click-bridge xizmati o‘qiydi.';
$MESS['CLICK_FEE_PERCENT_NAME'] = 'Xaridor to‘laydigan komissiya, %';
$MESS['CLICK_FEE_PERCENT_DESCRIPTION'] = 'Buyurtma summasiga qo‘shiladi: 0 dan 20 gacha, nuqtadan keyin ko‘pi bilan ikki raqam, masalan 1.5. '
    . 'Bo‘sh: komissiyasiz. Boshqa qiymat bilan to‘lov tizimi yangi to‘lovlarni qabul qilmaydi.';
$MESS['CLICK_CERTIFICATION_REFERENCE_NAME'] = 'Click: tekshiruv hisobi';
$MESS['CLICK_CERTIFICATION_REFERENCE_DESCRIPTION'] = 'Click tekshiruv dasturidagi merchant_trans_id. Unga istalgancha «to‘lash» mumkin: ortida '
    . 'buyurtma ham, pul ham yo‘q. Bo‘sh — tekshiruv o‘chiq.';
$MESS['CLICK_CERTIFICATION_UNTIL_NAME'] = 'Click: tekshiruv tugashi';
$MESS['CLICK_CERTIFICATION_UNTIL_DESCRIPTION'] = 'Toshkent vaqti, YYYY-OO-KK SS:DD, 24 soatdan uzoq emas. Keyin o‘zi o‘chadi.';
$MESS['CLICK_TEST_URL_NAME'] = 'Click: sinov o‘rinbosari';
$MESS['CLICK_TEST_URL_DESCRIPTION'] = '`click-bridge simulate` manzili, http yoki https. Tekshiruv hisobi ochiq turganda modulning '
    . 'sozlamalar sahifasida sinov xaridiga havola chiqadi. Haqiqiy buyurtmalar u yerga bormaydi.';
$MESS['CLICK_TEST_SECRET_KEY_NAME'] = 'Click: sinov kaliti';
$MESS['CLICK_TEST_SECRET_KEY_DESCRIPTION'] = 'Shu o‘rinbosarning kaliti, kamida 8 belgi va maxfiy kalitdan boshqa. Faqat tekshiruv hisobi '
    . 'uchun, u ochiq turganda qabul qilinadi. Uni faqat click-bridge xizmati o‘qiydi.';
$MESS['CLICK_CARD_TYPES_NAME'] = 'Xaridor kartani tanlaydi';
$MESS['CLICK_CARD_TYPES_DESCRIPTION'] = 'Bitta o‘rniga ikkita tugma: Uzcard va Humo.';
$MESS['CLICK_NEW_WINDOW_NAME'] = 'Click’ni yangi oynada ochish';
$MESS['CLICK_NEW_WINDOW_DESCRIPTION'] = 'O‘chirilgan: Click sahifasi do‘kon sahifasi o‘rnida ochiladi va xaridorni qaytaradi.';
