<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'coming, twice' => 'not yet',
    'leaving, of a paid payment' => 'not yet',
    'no operation, no psData' => 'not yet',
    'an error' => 'not yet',
    'an error, twice' => 'not yet',
    'an error, then coming' => 'not yet',
    'coming, too long psData' => 'not yet',
];
