<?php

$MESS['CLICKBRIDGE_UNAVAILABLE'] = 'Оплата через Click сейчас недоступна. Попробуйте, пожалуйста, через минуту.';
