<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Sale\Payment;

interface ICheckable
{
    /** @return ServiceResult */
    public function check(Payment $payment);
}
