<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'refund goes well' => 'not yet',
    'refund goes well and gives psData' => 'not yet',
    'refund refuses' => 'not yet',
    'refund throws' => 'not yet',
    'twice' => 'not yet',
    'of an unpaid payment' => 'not yet',
    'pay again after a return' => 'not yet',
    'to the inner account' => 'not yet',
    'N, then an unknown value' => 'not yet',
    'handler that does not refund' => 'not yet',
    'isRefundableExtended says no' => 'not yet',
    'the save is refused after the refund' => 'not yet',
];
