<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Sale\PaySystem\Manager;
use Bitrix\Sale\PaySystem\Service;

/** @implements \IteratorAggregate<int, Payment> */
class PaymentCollection implements \IteratorAggregate, \Countable
{
    /** @var list<Payment> */
    private array $payments = [];

    private Order $order;

    protected function __construct()
    {
    }

    public static function load(Order $order): self
    {
        $collection = new self();
        $collection->setOrder($order);
        foreach (Payment::loadForOrder($order->getId()) as $payment) {
            $payment->setCollection($collection);
            $collection->addItem($payment);
        }
        return $collection;
    }

    public function setOrder(Order $order): void
    {
        $this->order = $order;
    }

    public function getOrder(): Order
    {
        return $this->order;
    }

    public function addItem(Payment $payment): Payment
    {
        $this->payments[] = $payment;
        return $payment;
    }

    public function getItemById(int|string $id): ?Payment
    {
        foreach ($this->payments as $payment) {
            if ($payment->getId() === (int) $id) {
                return $payment;
            }
        }
        return null;
    }

    /** A payment by this pay system, without a sum as yet; the order's save writes it. */
    public function createItem(?Service $paySystem = null): Payment
    {
        $payment = $this->addItem(Payment::create($this, $paySystem));
        if ($paySystem !== null) {
            $payment->setField('PAY_SYSTEM_ID', $paySystem->getField('ID'));
            // The order is counted anew, to what it was.
            $this->order->setField('PRICE', $this->order->getPrice());
            $this->order->setField('PRICE', $this->order->getPrice());
            $payment->setField('PAY_SYSTEM_NAME', $paySystem->getField('NAME'));
        }
        return $payment;
    }

    /** A payment from the buyer's account. */
    public function createInnerPayment(): Payment
    {
        return $this->createItem(Manager::getObjectById(Manager::getInnerPaySystemId()));
    }

    public function getPaidSum(): float
    {
        $paid = array_filter($this->payments, static fn(Payment $payment) => $payment->isPaid());
        return array_sum(array_map(static fn(Payment $payment) => $payment->getSum(), $paid));
    }

    public function isPaid(): bool
    {
        foreach ($this->payments as $payment) {
            if (!$payment->isPaid()) {
                return false;
            }
        }
        return $this->payments !== [];
    }

    /** @return \ArrayIterator<int, Payment> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->payments);
    }

    public function count(): int
    {
        return count($this->payments);
    }
}
