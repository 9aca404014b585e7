<?php

$MESS['CLICKBRIDGE_UNAVAILABLE'] = 'Click orqali to‘lov hozir ishlamayapti. Bir daqiqadan so‘ng qayta urinib ko‘ring.';
$MESS['CLICKBRIDGE_TAKEN'] = 'Click bu to‘lovni qabul qildi, u tasdiqlanmoqda. Iltimos, qayta to‘lamang: bir daqiqadan so‘ng '
    . 'buyurtmani oching.';
$MESS['CLICKBRIDGE_REFUND_UNKNOWN'] = 'Click qaytarishni hali tasdiqlamadi. Uni boshqa yo‘l bilan yubormang. Bir daqiqadan so‘ng tugmani yana bosish mumkin: '
    . 'qaytarish faqat bir marta yuboriladi, Click uni tasdiqlagach, buyurtma o‘zi o‘zgaradi.';
$MESS['CLICKBRIDGE_REFUND_NO_MONEY'] = 'Bu to‘lov bo‘yicha Click’da qaytariladigan pul yo‘q.';
$MESS['CLICKBRIDGE_REFUND_WHOLE_ONLY'] = 'Bu yerdan faqat to‘lovning butun summasini qaytarish mumkin.';
$MESS['CLICKBRIDGE_REFUND_NO_TOKEN'] = 'Qaytarish sozlanmagan: click-bridge sozlamalarida administrator tokeni (admin_token) yo‘q.';
$MESS['CLICKBRIDGE_REFUND_REFUSED'] = 'Click qaytarishni rad etdi (#WHY#). Click shu oydagi to‘lovlarni, o‘tgan oydagilarni esa faqat '
    . '1-sanada qaytaradi.';
$MESS['CLICKBRIDGE_REFUND_NOT_POSSIBLE'] = 'Click orqali qaytarib bo‘lmaydi: #WHY#.';
$MESS['CLICKBRIDGE_REFUND_UNAVAILABLE'] = 'Xizmat yoki Click javob bermayapti. Hech narsa ikki marta yuborilmadi: bir daqiqadan keyin '
    . 'qayta urinib ko‘ring.';
$MESS['CLICKBRIDGE_STATE_TAKEN'] = 'Click bu to‘lov pulini oldi.';
$MESS['CLICKBRIDGE_STATE_OWED'] = 'Click bu to‘lov qabul qila olmaydigan pulni oldi: click-bridge’ning ochiq anomaliyalarini ko‘ring.';
$MESS['CLICKBRIDGE_STATE_PREPARED'] = 'Xaridor to‘lovni boshladi; Click pulni hali olgani yo‘q.';
$MESS['CLICKBRIDGE_STATE_REVERSED'] = 'Click pulni qaytardi.';
$MESS['CLICKBRIDGE_STATE_NO_MONEY'] = 'Bu to‘lov bo‘yicha Click’da pul yo‘q.';
$MESS['CLICKBRIDGE_STATE_NO_TOKEN'] = 'Click’dan so‘ralmadi: click-bridge sozlamalarida administrator tokeni (admin_token) yo‘q.';
$MESS['CLICKBRIDGE_STATE_UNAVAILABLE'] = 'Xizmat yoki Click javob bermayapti: bir daqiqadan keyin qayta urinib ko‘ring.';
