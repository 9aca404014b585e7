<?php

$MESS['CLICKBRIDGE_UNAVAILABLE'] = 'Click orqali to‘lov hozir ishlamayapti. Bir daqiqadan so‘ng qayta urinib ko‘ring.';
$MESS['CLICKBRIDGE_TAKEN'] = 'Click bu to‘lovni qabul qildi, u tasdiqlanmoqda. Iltimos, qayta to‘lamang: bir daqiqadan so‘ng buyurtmani oching.';
