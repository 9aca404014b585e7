<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\Error;
use Bitrix\Sale\PaySystem\ICheckable;
use Bitrix\Sale\PaySystem\ServiceResult;

/**
 * What `Service::check` does with the handler's answer. Money that it says has come marks the payment without a look; money that has left marks
 * nothing; errors are dropped, with the fields and the operation beside them.
 */
final class StatusCheck
{
    public static function run(ICheckable $handler, Payment $payment): ServiceResult
    {
        $result = new ServiceResult();
        if ($payment->getOrder()->isCanceled()) {
            return $result->addError(Error::create('The order is cancelled', 'BX_ERROR'));
        }
        /** @var ServiceResult|null $answer what a handler forgets to give */
        $answer = $handler->check($payment);
        if ($answer === null) {
            return $result->addError(Error::create('There was no connection'));
        }
        if (!$answer->isSuccess()) {
            return $result;
        }
        if ($answer->getPsData() !== []) {
            $result->addErrors($payment->setFields($answer->getPsData())->getErrors());
        }
        if ($answer->getOperationType() === ServiceResult::MONEY_COMING) {
            $result->addErrors($payment->setPaid('Y')->getErrors());
        }
        return $result->isSuccess() ? $result->addErrors($payment->getOrder()->save()->getErrors()) : $result;
    }
}
