<?php

$MESS['CLICKBRIDGE_UNAVAILABLE'] = 'Payment with Click is not available right now. Please try again in a minute.';
