<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\EventResult;
use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\EntityMarker;
use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;
use Bitrix\Sale\Result;
use Bitrix\Sale\ResultError;

/** The steps of `Order::save`, in the order in which Bitrix was seen to take them. */
final class OrderSave
{
    public function __construct(private readonly Order $order)
    {
    }

    public function run(): Result
    {
        PausePoint::at('before_save');
        $result = $this->askBefore();
        OrderNews::tellOldStyle('OnBeforeOrderUpdate', $this->order->getId(), $this->order->getFieldValues());
        if (!$result->isSuccess()) {
            return $result;
        }
        EntityMarker::refreshMarkers($this->order);
        $isChanged = $this->order->isChanged() || $this->isPaymentChanged();
        if ($isChanged) {
            $this->writeOrder();
        }
        $before = $this->order->getFields()->getOriginalValues();
        PausePoint::at('order_saved');
        foreach ($this->order->getPaymentCollection() as $payment) {
            $result->addWarnings($payment->save()->getErrors());
        }
        Account::of($this->order)->settle();
        EntityMarker::saveMarkers($this->order);
        $this->order->history->write('ORDER', $this->order->getId(), $this->order);
        PausePoint::at('payment_saved');
        EntityEvent::send($this->order, 'OnSaleOrderSaved', ['IS_NEW' => false, 'IS_CHANGED' => $isChanged, 'VALUES' => $before]);
        $fields = $this->order->getFieldValues();
        OrderNews::tellOldStyle('OnOrderSave', $this->order->getId(), $fields, $fields, false);
        OrderNews::tell($this->order, $before);
        $this->forgetChanges($result);
        PausePoint::at('after_save');
        return $result;
    }

    private function writeOrder(): void
    {
        OrderRow::write($this->order);
        EntityEvent::send($this->order, 'OnSaleOrderEntitySaved', ['VALUES' => $this->order->getFields()->getOriginalValues()]);
        $this->order->setFieldNoDemand('DATE_UPDATE', new DateTime());
        OrderNews::tellOldStyle('OnOrderUpdate', $this->order->getId(), $this->order->getFieldValues());
    }

    /** A handler's EventResult::ERROR forbids the save. */
    private function askBefore(): Result
    {
        $event = EntityEvent::send($this->order, 'OnSaleOrderBeforeSaved', ['VALUES' => $this->order->getFields()->getOriginalValues()]);
        $result = new Result();
        foreach ($event->getResults() as $answer) {
            if ($answer->getType() === EventResult::ERROR) {
                $error = $answer->getParameters();
                $result->addError($error instanceof ResultError ? $error : new ResultError('', 'SALE_EVENT_ON_BEFORE_ORDER_SAVED_ERROR'));
            }
        }
        return $result;
    }

    private function isPaymentChanged(): bool
    {
        $payments = iterator_to_array($this->order->getPaymentCollection());
        return array_filter($payments, static fn(Payment $payment) => $payment->isChanged()) !== [];
    }

    /** What could not be written stays changed. */
    private function forgetChanges(Result $result): void
    {
        $this->order->clearChanged();
        foreach ($result->hasWarnings() ? [] : $this->order->getPaymentCollection() as $payment) {
            $payment->clearChanged();
        }
    }
}
