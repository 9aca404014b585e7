<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Sale\Payment;

interface IRefund
{
    /**
     * @param float $refundableSum
     * @return ServiceResult
     */
    public function refund(Payment $payment, $refundableSum);
}
