<?php

/** Cases in which the stand-in is meant to differ, each with its reason. One that differs no longer fails. */

return [
    'OnSaleOrderEntitySaved: error' => 'not yet',
    'OnSalePaymentEntitySaved: error' => 'not yet',
    'OnSalePaymentEntitySaved: throw' => 'not yet',
    'OnSalePaymentEntitySaved: die' => 'not yet',
    'OnPaymentPaid: error' => 'not yet',
    'OnPaymentPaid: throw' => 'not yet',
    'OnPaymentPaid: die' => 'not yet',
    'OnSaleOrderSaved: error' => 'not yet',
    'OnSaleOrderSaved: throw' => 'not yet',
    'OnSaleOrderSaved: die' => 'not yet',
    'OnSaleOrderPaid: error' => 'not yet',
    'OnSaleOrderPaid: throw' => 'not yet',
    'OnSaleOrderPaid: die' => 'not yet',
    'OnSalePayOrder: throw' => 'not yet',
    'OnSalePaymentSetField: error' => 'not yet',
    'OnSalePaymentSetField: throw' => 'not yet',
    'OnSaleOrderEntitySaved: throw, healed by N and Y' => 'not yet',
    'OnSalePaymentEntitySaved: throw, healed by N and Y' => 'not yet',
    'OnSaleOrderPaid: throw, healed by N and Y' => 'not yet',
];
