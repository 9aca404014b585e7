<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'answers' => 'not yet',
    'added while it runs, by sort' => 'not yet',
    'the new style and the old one get different arguments' => 'not yet',
];
