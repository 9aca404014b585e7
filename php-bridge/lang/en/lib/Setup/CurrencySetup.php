<?php

$MESS['CLICKBRIDGE_UZS_ADDED'] = 'The currency UZS was added, with the numeric code 860.';
$MESS['CLICKBRIDGE_UZS_CODE_CHANGED'] = 'The numeric code of UZS was changed from "#OLD#" to 860.';
$MESS['CLICKBRIDGE_UZS_FORMAT_ADDED'] = 'A format of UZS was added for the language #LANGUAGE#.';
$MESS['CLICKBRIDGE_UZS_FORMAT_CHANGED'] = 'The format of UZS for the language #LANGUAGE# was mended: two decimals, zeros of whole sums hidden, a place for the sum.';
$MESS['CLICKBRIDGE_UZS_RESTRICTED'] = 'Pay system #ID# is offered for orders in UZS only.';
$MESS['CLICKBRIDGE_UZS_NO_MODULE'] = 'The modules "currency" and "sale" have to be installed.';
$MESS['CLICKBRIDGE_UZS_NO_BASE'] = 'No currency is the base currency. Choose one under Currencies: it is not chosen for you.';
$MESS['CLICKBRIDGE_UZS_NO_RATE'] = 'The rate of UZS is #COUNT# UZS for #AMOUNT# #BASE#, which nobody has typed in. Type in the real one under Currencies before prices are shown in UZS.';
$MESS['CLICKBRIDGE_UZS_KEPT_OUT'] = 'The currency restriction of pay system #ID# keeps UZS out: it is never offered. Change it on the page of the pay system.';
$MESS['CLICKBRIDGE_UZS_REFUSED'] = 'Bitrix refused the change: #WHY#';
$MESS['CLICKBRIDGE_UZS_RESTRICTION_REFUSED'] = 'Bitrix refused to restrict pay system #ID#: #WHY#';
$MESS['CLICKBRIDGE_UZS_NOT_ASKED'] = 'The currency UZS was not looked at, for the service was not heard (#WHY#). Connect it on the settings page, then press “Check and mend the currency UZS”.';
