<?php

$MESS['CLICKBRIDGE_PAY'] = 'Pay with Click';
