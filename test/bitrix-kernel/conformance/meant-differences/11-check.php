<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'coming, of an unpaid payment' => 'not yet',
    'coming without psData, of an unpaid payment' => 'not yet',
    'leaving, of an unpaid payment' => 'not yet',
    'no operation, no psData, of an unpaid payment' => 'not yet',
    'an error, of an unpaid payment' => 'not yet',
    'an error beside psData and an operation, of an unpaid payment' => 'not yet',
    'null, of an unpaid payment' => 'not yet',
    'psData with an unknown field, of an unpaid payment' => 'not yet',
    'psData that is too long, coming, of an unpaid payment' => 'not yet',
    'psData with PAID, of an unpaid payment' => 'not yet',
    'coming, of a paid payment' => 'not yet',
    'leaving, of a paid payment' => 'not yet',
    'coming, of a cancelled order' => 'not yet',
    'coming, of a returned payment' => 'not yet',
    'coming, the save is refused' => 'not yet',
    'a handler that cannot check' => 'not yet',
];
