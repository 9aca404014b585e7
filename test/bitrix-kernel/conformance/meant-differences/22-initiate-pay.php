<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'an error for the buyer' => 'not yet',
];
