<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Sale\Payment;

interface IPayable
{
    /** @return float */
    public function getPrice(Payment $payment);
}
