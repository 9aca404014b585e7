<?php

$MESS['CLICKBRIDGE_PAY'] = 'Оплатить через Click';
