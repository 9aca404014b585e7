<?php

$MESS['CLICKBRIDGE_PAY'] = 'Оплатить через Click';
$MESS['CLICKBRIDGE_SUMS'] = 'Заказ: #SUM# сум. Комиссия за оплату: #FEE# сум. К оплате: <b>#TOTAL# сум</b>';
