<?php

declare(strict_types=1);

namespace Bitrix\Sale;

/** @implements \IteratorAggregate<int, Payment> */
class PaymentCollection implements \IteratorAggregate, \Countable
{
    /** @var list<Payment> */
    private array $payments = [];

    public function __construct(private readonly Order $order)
    {
    }

    public function add(Payment $payment): void
    {
        $this->payments[] = $payment;
    }

    public function getOrder(): Order
    {
        return $this->order;
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
