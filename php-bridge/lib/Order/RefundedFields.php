<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\Date;
use Bitrix\Sale\Payment;

/**
 * What a payment shows in Bitrix whose money Click gave back. For `setFieldsNoDemand` alone: any other way of setting IS_RETURN has Bitrix
 * ask the handler to refund.
 */
final class RefundedFields
{
    /** @return array<string, mixed> fields of Bitrix\Sale\Payment besides IS_RETURN and PAID */
    public static function of(Payment $payment): array
    {
        $day = TashkentDay::of(time());
        $fields = ['PS_STATUS' => 'N'] + PsText::fit(['PS_STATUS_MESSAGE' => "Click: возвращено / qaytarildi / refunded $day"]);
        // The manager who returns it may have typed another.
        $isTyped = (string) $payment->getField('PAY_RETURN_DATE') !== '';
        return $isTyped ? $fields : $fields + ['PAY_RETURN_DATE' => new Date($day, 'Y-m-d')];
    }
}
