<?php

$MESS['CLICKBRIDGE_PAY'] = 'Click orqali to‘lash';
$MESS['CLICKBRIDGE_SUMS'] = 'Buyurtma: #SUM# so‘m. To‘lov uchun komissiya: #FEE# so‘m. To‘lash kerak: <b>#TOTAL# so‘m</b>';
