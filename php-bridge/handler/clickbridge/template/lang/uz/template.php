<?php

$MESS['CLICKBRIDGE_PAY'] = 'Click orqali to‘lash';
