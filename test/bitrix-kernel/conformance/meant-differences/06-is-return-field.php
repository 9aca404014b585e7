<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'setField, alone' => 'not yet',
    'setField, and setPaid(N)' => 'not yet',
    'setFields, alone' => 'not yet',
    'setFields, and setPaid(N)' => 'not yet',
    'setFieldNoDemand, and setPaid(N)' => 'not yet',
    'setFieldsNoDemand, and setPaid(N)' => 'not yet',
    'setPaid(N) alone on a paid payment whose IS_RETURN is P' => 'not yet',
];
