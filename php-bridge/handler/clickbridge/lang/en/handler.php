<?php

$MESS['CLICKBRIDGE_UNAVAILABLE'] = 'Payment with Click is not available right now. Please try again in a minute.';
$MESS['CLICKBRIDGE_TAKEN'] = 'Click has this payment already: it is being confirmed. Please do not pay again; look at the '
    . 'order in a minute.';
$MESS['CLICKBRIDGE_REFUND_UNKNOWN'] = 'Click has not confirmed the refund yet. Do not send it by other means. You may press the button again in a minute: it is sent '
    . 'only once, and when Click confirms it the order follows by itself.';
$MESS['CLICKBRIDGE_REFUND_NO_MONEY'] = 'Click holds no money of this payment that could be returned.';
$MESS['CLICKBRIDGE_REFUND_WHOLE_ONLY'] = 'Only the whole sum of the payment can be returned from here.';
$MESS['CLICKBRIDGE_REFUND_NO_TOKEN'] = 'Refunds are not set up: the settings of click-bridge have no administrator\'s token (admin_token).';
$MESS['CLICKBRIDGE_REFUND_REFUSED'] = 'Click refused the refund (#WHY#). Click returns payments of this month, and last month\'s on '
    . 'the 1st only.';
$MESS['CLICKBRIDGE_REFUND_NOT_POSSIBLE'] = 'It cannot be returned through Click: #WHY#.';
$MESS['CLICKBRIDGE_REFUND_UNAVAILABLE'] = 'The service or Click does not answer. Nothing was sent twice: try again in a minute.';
$MESS['CLICKBRIDGE_STATE_TAKEN'] = 'Click has taken the money of this payment.';
$MESS['CLICKBRIDGE_STATE_OWED'] = 'Click has taken money that this payment cannot keep: look at the open anomalies of click-bridge.';
$MESS['CLICKBRIDGE_STATE_PREPARED'] = 'The buyer has begun to pay; Click has not taken the money yet.';
$MESS['CLICKBRIDGE_STATE_REVERSED'] = 'Click has given the money back.';
$MESS['CLICKBRIDGE_STATE_NO_MONEY'] = 'Click holds no money of this payment.';
$MESS['CLICKBRIDGE_STATE_NO_TOKEN'] = 'Click was not asked: the settings of click-bridge have no administrator’s token (admin_token).';
$MESS['CLICKBRIDGE_STATE_UNAVAILABLE'] = 'The service or Click does not answer: try again in a minute.';
