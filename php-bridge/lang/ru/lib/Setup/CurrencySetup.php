<?php

$MESS['CLICKBRIDGE_UZS_ADDED'] = 'Добавлена валюта UZS с цифровым кодом 860.';
$MESS['CLICKBRIDGE_UZS_CODE_CHANGED'] = 'Цифровой код UZS изменён с «#OLD#» на 860.';
$MESS['CLICKBRIDGE_UZS_FORMAT_ADDED'] = 'Добавлен формат UZS для языка #LANGUAGE#.';
$MESS['CLICKBRIDGE_UZS_FORMAT_CHANGED'] = 'Исправлен формат UZS для языка #LANGUAGE#: два знака после запятой, нули целых сумм скрыты, есть место для суммы.';
$MESS['CLICKBRIDGE_UZS_RESTRICTED'] = 'Платёжная система #ID# предлагается только для заказов в UZS.';
$MESS['CLICKBRIDGE_UZS_NO_MODULE'] = 'Должны быть установлены модули «Валюты» (currency) и «Интернет-магазин» (sale).';
$MESS['CLICKBRIDGE_UZS_NO_BASE'] = 'Базовая валюта не выбрана. Выберите её в разделе «Валюты»: модуль не делает этого за вас.';
$MESS['CLICKBRIDGE_UZS_NO_RATE'] = 'Курс UZS: #COUNT# UZS за #AMOUNT# #BASE#, его никто не задавал. Укажите настоящий курс в разделе «Валюты», прежде чем показывать цены в UZS.';
$MESS['CLICKBRIDGE_UZS_KEPT_OUT'] = 'Ограничение по валюте платёжной системы #ID# исключает UZS: она никогда не предлагается. Измените его на странице платёжной системы.';
$MESS['CLICKBRIDGE_UZS_REFUSED'] = 'Битрикс отклонил изменение: #WHY#';
$MESS['CLICKBRIDGE_UZS_RESTRICTION_REFUSED'] = 'Битрикс отказался ограничить платёжную систему #ID#: #WHY#';
$MESS['CLICKBRIDGE_UZS_NOT_ASKED'] = 'Валюта UZS не проверена: служба не ответила (#WHY#). Подключите её на странице настроек и нажмите «Проверить и исправить валюту UZS».';
