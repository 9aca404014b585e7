<?php

$MESS['CLICKBRIDGE_UNAVAILABLE'] = 'Click orqali to‘lov hozir ishlamayapti. Bir daqiqadan so‘ng qayta urinib ko‘ring.';
