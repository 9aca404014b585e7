<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Request;
use Bitrix\Sale\Payment;

/**
 * What Bitrix takes, without a word, for a pay system whose handler it cannot find. It shows nothing, takes no callback, and says that it can be
 * asked about a payment.
 */
class CompatibilityHandler extends ServiceHandler implements ICheckable
{
    public function initiatePay(Payment $payment, ?Request $request = null)
    {
        return new ServiceResult();
    }

    public function getCurrencyList()
    {
        return [];
    }

    public function getPaymentIdFromRequest(Request $request)
    {
        return null;
    }

    /** Gives nothing back, as the core's: no request is this handler's. */
    public function processRequest(Payment $payment, Request $request) // @phpstan-ignore return.missing
    {
    }

    public function check(Payment $payment)
    {
        return new ServiceResult();
    }
}
