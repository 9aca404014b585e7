<?php

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Context;
use Bitrix\Main\ModuleManager;
use Bitrix\Sale\Order;
use Bitrix\Sale\OrderBase;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\Manager;

/** Calls that no core takes, or one does not. Each comment is what phpstan has to say about the next line, on both cores or on one. */
function clickBridgeWrongCalls(Order $order, Payment $payment): void
{
    // both: Static method Bitrix\Main\ModuleManager::registerModule() invoked with 2 parameters, 1 required.
    ModuleManager::registerModule('clickbridge.payment', '1.0');
    // both: Static method Bitrix\Main\ModuleManager::registerModule() invoked with 0 parameters, 1 required.
    ModuleManager::registerModule();
    // core25: Call to an undefined method Bitrix\Sale\Payment::getCurrency().
    $payment->getCurrency();
    // both: Call to protected method onFieldModify() of class Bitrix\Sale\Payment.
    $payment->onFieldModify('PAID', 'N', 'Y');
    // both: Call to an undefined static method Bitrix\Sale\PaySystem\Manager::searchFolder().
    Manager::searchFolder('clickbridge');
    // both: Access to undefined constant Bitrix\Sale\Payment::RETURN_ALL.
    $order->getPaymentCollection()->getItemById(1)?->setReturn(Payment::RETURN_ALL);
    // both: Result of method Bitrix\Main\DB\Connection::queryExecute() (void) is used.
    $isCommitted = Application::getConnection()->queryExecute('SELECT 1');
    // both: Call to an undefined method Bitrix\Main\HttpRequest::ofGlobals().
    Context::getCurrent()->getRequest()->ofGlobals();
    // both: Instantiated class Bitrix\Sale\OrderBase is abstract.
    new OrderBase();
    // both: Function CopyDirFiles invoked with 1 parameter, 2-6 required.
    CopyDirFiles('/tmp');
    // both: Function clickBridgeNoSuchFunction not found.
    clickBridgeNoSuchFunction();
}
