<?php

$MESS['CLICKBRIDGE_PAY'] = 'Pay with Click';
$MESS['CLICKBRIDGE_SUMS'] = 'Order: #SUM# soums. Payment fee: #FEE# soums. To pay: <b>#TOTAL# soums</b>';
