<?php

$MESS['CLICKBRIDGE_UNAVAILABLE'] = 'Payment with Click is not available right now. Please try again in a minute.';
$MESS['CLICKBRIDGE_TAKEN'] = 'Click has this payment already: it is being confirmed. Please do not pay again; look at the order in a minute.';
