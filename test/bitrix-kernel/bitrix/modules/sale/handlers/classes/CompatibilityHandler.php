<?php

declare(strict_types=1);

namespace Sale\Handlers\PaySystem;

use Bitrix\Main\Request;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\BaseServiceHandler;
use Bitrix\Sale\PaySystem\ServiceResult;

/** What Bitrix takes, without a word, for a pay system whose handler it cannot find: it shows nothing and takes no callback. */
class CompatibilityHandler extends BaseServiceHandler
{
    public function initiatePay(Payment $payment, ?Request $request = null)
    {
        return new ServiceResult();
    }

    public function getCurrencyList()
    {
        return [];
    }
}
