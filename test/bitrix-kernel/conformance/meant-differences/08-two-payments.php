<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'each in a hit of its own' => 'not yet',
    'one of two taken back' => 'not yet',
    'sums with cents' => 'not yet',
    'the payments pay less than the price' => 'not yet',
    'the payments pay more than the price' => 'not yet',
];
