<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'no operation, no psData, of an unpaid payment' => 'not yet',
    'psData that is too long, coming, of an unpaid payment' => 'not yet',
    'psData with PAID, of an unpaid payment' => 'not yet',
    'coming, of a returned payment' => 'not yet',
];
