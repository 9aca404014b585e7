<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\ServiceResult;
use Bitrix\Sale\Result;
use Bitrix\Sale\ResultError;

/** What follows when a payment's IS_RETURN is changed, by whatever call: the handler is asked to give the money back. */
final class PaymentReturn
{
    /** The change is already in memory. An error, or an exception that is no Error, puts it back. */
    public static function demand(Payment $payment, string $value): Result
    {
        global $USER;
        if ($value === Payment::RETURN_NONE) {
            return new Result();
        }
        $payment->setField('EMP_RETURN_ID', $USER->GetID());
        if (!$payment->isPaid()) {
            return (new Result())->addError(new ResultError('The payment is not paid'));
        }
        return $value === Payment::RETURN_PS ? self::byPaySystem($payment) : self::toAccount($payment);
    }

    private static function toAccount(Payment $payment): Result
    {
        $result = $payment->setPaid('N');
        if ($result->isSuccess()) {
            Account::of($payment->getOrder())->owe($payment->getSum(), 'ORDER_UNPAY', $payment);
        }
        return $result;
    }

    private static function byPaySystem(Payment $payment): Result
    {
        $service = $payment->getPaySystem();
        if ($service === null || !$service->isRefundable()) {
            return (new Result())->addError(new ResultError('No support of returns', 'SALE_ORDER_PAYMENT_RETURN_NO_SUPPORTED'));
        }
        try {
            $refund = $service->refund($payment, $payment->getSum());
        } catch (\Exception $error) {
            $payment->setFieldNoDemand('IS_RETURN', Payment::RETURN_NONE);
            throw $error;
        }
        if (!$refund->isSuccess()) {
            return (new Result())->addErrors($refund->getErrors());
        }
        return $refund->getOperationType() === ServiceResult::MONEY_LEAVING ? $payment->setPaid('N') : new Result();
    }
}
