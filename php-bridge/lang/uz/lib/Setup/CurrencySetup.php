<?php

$MESS['CLICKBRIDGE_UZS_ADDED'] = 'UZS valyutasi 860 raqamli kodi bilan qo‘shildi.';
$MESS['CLICKBRIDGE_UZS_CODE_CHANGED'] = 'UZS raqamli kodi «#OLD#» dan 860 ga o‘zgartirildi.';
$MESS['CLICKBRIDGE_UZS_FORMAT_ADDED'] = '#LANGUAGE# tili uchun UZS formati qo‘shildi.';
$MESS['CLICKBRIDGE_UZS_FORMAT_CHANGED'] = '#LANGUAGE# tili uchun UZS formati tuzatildi: ikki kasr raqam, butun summalarning nollari yashirilgan, summa uchun joy bor.';
$MESS['CLICKBRIDGE_UZS_RESTRICTED'] = '#ID# to‘lov tizimi faqat UZS dagi buyurtmalar uchun taklif qilinadi.';
$MESS['CLICKBRIDGE_UZS_NO_MODULE'] = '«currency» va «sale» modullari o‘rnatilgan bo‘lishi kerak.';
$MESS['CLICKBRIDGE_UZS_NO_BASE'] = 'Asosiy valyuta tanlanmagan. Uni «Valyutalar» bo‘limida tanlang: modul buni siz uchun qilmaydi.';
$MESS['CLICKBRIDGE_UZS_NO_RATE'] = 'UZS kursi: #COUNT# UZS uchun #AMOUNT# #BASE#, uni hech kim kiritmagan. Narxlarni UZS da ko‘rsatishdan oldin haqiqiy kursni «Valyutalar» bo‘limida kiriting.';
$MESS['CLICKBRIDGE_UZS_KEPT_OUT'] = '#ID# to‘lov tizimining valyuta cheklovi UZS ni o‘tkazmaydi: u hech qachon taklif qilinmaydi. Uni to‘lov tizimi sahifasida o‘zgartiring.';
$MESS['CLICKBRIDGE_UZS_REFUSED'] = 'Bitrix o‘zgarishni rad etdi: #WHY#';
$MESS['CLICKBRIDGE_UZS_RESTRICTION_REFUSED'] = 'Bitrix #ID# to‘lov tizimini cheklashni rad etdi: #WHY#';
$MESS['CLICKBRIDGE_UZS_NOT_ASKED'] = 'UZS valyutasi tekshirilmadi: xizmat javob bermadi (#WHY#). Uni sozlamalar sahifasida ulang va «UZS valyutasini tekshirish va tuzatish» tugmasini bosing.';
