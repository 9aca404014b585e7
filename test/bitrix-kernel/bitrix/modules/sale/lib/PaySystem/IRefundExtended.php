<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

interface IRefundExtended extends IRefund
{
    /** @return bool whether the order page offers a return */
    public function isRefundableExtended();
}
