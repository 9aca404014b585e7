<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance\Wrong;

use Bitrix\Main\Request;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\ServiceHandler;
use Bitrix\Sale\PaySystem\ServiceResult;

/** What the stand-in once let pass. Each comment is what phpstan has to say about the next line, on both cores or on one. */
class NarrowHandler extends ServiceHandler
{
    // both: Protected method ClickBridge\Test\Conformance\Wrong\NarrowHandler::getParamsBusValue() overriding public method
    protected function getParamsBusValue(?Payment $payment = null)
    {
        return [];
    }

    public function initiatePay(Payment $payment, ?Request $request = null)
    {
        $result = new ServiceResult();
        // both: Method ClickBridge\Test\Conformance\Wrong\NarrowHandler::initiatePay() should return
        // both: Result of method Bitrix\Sale\PaySystem\ServiceResult::setPsData() (void) is used.
        return $result->setPsData([]);
    }

    public function getCurrencyList()
    {
        return ['UZS'];
    }

    public function getPaymentIdFromRequest(Request $request)
    {
        return 1;
    }

    public function processRequest(Payment $payment, Request $request)
    {
        return new ServiceResult();
    }
}
