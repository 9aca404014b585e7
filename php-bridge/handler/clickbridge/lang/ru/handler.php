<?php

$MESS['CLICKBRIDGE_UNAVAILABLE'] = 'Оплата через Click сейчас недоступна. Попробуйте, пожалуйста, через минуту.';
$MESS['CLICKBRIDGE_TAKEN'] = 'Click уже принял эту оплату, она подтверждается. Пожалуйста, не платите ещё раз: откройте '
    . 'заказ через минуту.';
$MESS['CLICKBRIDGE_REFUND_UNKNOWN'] = 'Click ещё не подтвердил возврат. Не отправляйте его другим способом. Через минуту можно нажать кнопку снова: возврат '
    . 'отправляется один раз, а когда Click его подтвердит, заказ изменится сам.';
$MESS['CLICKBRIDGE_REFUND_NO_MONEY'] = 'По этой оплате у Click нет денег, которые можно вернуть.';
$MESS['CLICKBRIDGE_REFUND_WHOLE_ONLY'] = 'Отсюда можно вернуть только всю сумму оплаты.';
$MESS['CLICKBRIDGE_REFUND_NO_TOKEN'] = 'Возврат не настроен: в настройках click-bridge нет токена администратора (admin_token).';
$MESS['CLICKBRIDGE_REFUND_REFUSED'] = 'Click отказал в возврате (#WHY#). Click возвращает платежи этого месяца, а прошлого — только '
    . '1-го числа.';
$MESS['CLICKBRIDGE_REFUND_NOT_POSSIBLE'] = 'Вернуть через Click нельзя: #WHY#.';
$MESS['CLICKBRIDGE_REFUND_UNAVAILABLE'] = 'Служба или Click не отвечает. Ничего не отправлено дважды: попробуйте ещё раз через минуту.';
$MESS['CLICKBRIDGE_STATE_TAKEN'] = 'Click получил деньги по этой оплате.';
$MESS['CLICKBRIDGE_STATE_OWED'] = 'Click получил деньги, которые эта оплата не может принять: посмотрите открытые аномалии click-bridge.';
$MESS['CLICKBRIDGE_STATE_PREPARED'] = 'Покупатель начал оплату; денег Click ещё не получил.';
$MESS['CLICKBRIDGE_STATE_REVERSED'] = 'Click вернул деньги.';
$MESS['CLICKBRIDGE_STATE_NO_MONEY'] = 'По этой оплате у Click нет денег.';
$MESS['CLICKBRIDGE_STATE_NO_TOKEN'] = 'Click не спрошен: в настройках click-bridge нет токена администратора (admin_token).';
$MESS['CLICKBRIDGE_STATE_UNAVAILABLE'] = 'Служба или Click не отвечает: попробуйте через минуту.';
