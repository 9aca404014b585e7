<?php

declare(strict_types=1);

namespace Sale\Handlers\PaySystem;

use Bitrix\Main\Request;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\ServiceHandler;
use Bitrix\Sale\PaySystem\ServiceResult;

/** Says what a test told it to say. */
class KernelTestHandler extends ServiceHandler
{
    public static ?ServiceResult $given = null;
    /** @var callable|null runs inside processRequest */
    public static $meanwhile = null;
    public static ?string $sent = null;

    public function initiatePay(Payment $payment, ?Request $request = null)
    {
        return $this->showTemplate($payment, 'template');
    }

    public function getCurrencyList()
    {
        return ['UZS'];
    }

    public static function getIndicativeFields()
    {
        return ['BX_HANDLER' => 'KERNELTEST'];
    }

    public function getPaymentIdFromRequest(Request $request)
    {
        return $request->get('payment');
    }

    public function processRequest(Payment $payment, Request $request)
    {
        if (self::$meanwhile !== null) {
            (self::$meanwhile)();
        }
        return self::$given ?? new ServiceResult();
    }

    public function sendResponse(ServiceResult $result, Request $request)
    {
        self::$sent = $result->isResultApplied() ? 'applied' : 'not applied';
    }
}
