<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Sale\Payment;

interface IHold
{
    /** @return ServiceResult */
    public function cancel(Payment $payment);

    /** @return ServiceResult */
    public function confirm(Payment $payment);
}
