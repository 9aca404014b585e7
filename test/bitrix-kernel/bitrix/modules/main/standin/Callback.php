<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Event;
use Bitrix\Main\Request;
use Bitrix\Main\Type\Date;
use Bitrix\Sale\EntityMarker;
use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\Error;
use Bitrix\Sale\PaySystem\Logger;
use Bitrix\Sale\PaySystem\Manager;
use Bitrix\Sale\PaySystem\Service;
use Bitrix\Sale\PaySystem\ServiceHandler;
use Bitrix\Sale\PaySystem\ServiceResult;
use Bitrix\Sale\Result;

/**
 * What `Service::processRequest` does. When the request is not about a payment of an order that is not cancelled, the handler is not asked for a
 * response, so the caller gets an empty one. A handler's error marks the order. Nothing is locked.
 */
final class Callback
{
    public function __construct(
        private readonly ServiceHandler $handler,
        private readonly Service $service,
        private readonly Request $request,
    ) {
    }

    /** Only what went wrong before and in the handler: a failure after it is told to the handler alone. */
    public function run(): Result
    {
        $result = new Result();
        $payment = $this->payment();
        if (!$payment instanceof Payment) {
            $this->log($payment);
            return $result->addError(Error::create($payment));
        }
        $answer = $this->handler->processRequest($payment, $this->request);
        if ($answer->isSuccess()) {
            $this->apply($payment, $answer);
        } else {
            $answer->setResultApplied(false);
            $result->addErrors($answer->getErrors());
            $this->log(implode("\n", $answer->getErrorMessages()));
            $this->mark($payment, $answer);
        }
        $this->tell(Service::EVENT_ON_AFTER_PROCESS_REQUEST, ['payment' => $payment, 'serviceResult' => $answer, 'request' => $this->request]);
        $this->handler->sendResponse($answer, $this->request);
        return $result;
    }

    /** The payment, or why there is none. */
    private function payment(): Payment|string
    {
        [$orderId, $paymentId] = Manager::getIdsByPayment($this->handler->getPaymentIdFromRequest($this->request));
        if ($orderId === 0) {
            return 'the payment is not found';
        }
        $order = Order::load($orderId);
        if ($order === null || $order->isCanceled()) {
            return $order === null ? 'the order is not found' : 'the order is cancelled';
        }
        return $order->getPaymentCollection()->getItemById($paymentId) ?? 'the payment is not in its order';
    }

    /** A failure here does not become the answer's: the handler is told of it by isResultApplied() alone. */
    private function apply(Payment $payment, ServiceResult $answer): void
    {
        $errors = [];
        if ($answer->getOperationType() !== null) {
            $status = $answer->getOperationType() === ServiceResult::MONEY_COMING ? 'Y' : 'N';
            $this->tell(
                Service::EVENT_ON_BEFORE_PAYMENT_PAID,
                ['payment' => $payment, 'status' => $status, 'pay_system_id' => $this->service->getField('ID')],
            );
            if ($answer->getOperationType() === ServiceResult::MONEY_LEAVING) {
                $payment->setFieldsNoDemand(['IS_RETURN' => Payment::RETURN_PS, 'PAY_RETURN_DATE' => new Date()]);
            }
            $errors = $payment->setPaid($status)->getErrorMessages();
        }
        if ($answer->getPsData() !== []) {
            array_push($errors, ...$payment->setFields($answer->getPsData())->getErrorMessages());
        }
        array_push($errors, ...$payment->getOrder()->save()->getErrorMessages());
        if ($errors !== []) {
            $answer->setResultApplied(false);
            $this->log(implode("\n", $errors));
        }
    }

    private function mark(Payment $payment, ServiceResult $answer): void
    {
        $marks = new Result();
        $marks->addWarnings($answer->getErrors());
        EntityMarker::addMarker($payment->getOrder(), $payment, $marks);
        $payment->setField('MARKED', 'Y');
        $payment->getOrder()->save();
    }

    private function log(string $text): void
    {
        Logger::addError(get_class($this->handler) . ". ProcessRequest: $text");
    }

    /** @param array<string, mixed> $parameters */
    private function tell(string $event, array $parameters): void
    {
        (new Event('sale', $event, $parameters))->send();
    }
}
