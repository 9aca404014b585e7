<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Sale\PaySystem\Manager;

/** @implements \IteratorAggregate<int, Payment> */
class PaymentCollection implements \IteratorAggregate, \Countable
{
    /** @var list<Payment> */
    private array $payments = [];

    public function __construct(private readonly Order $order)
    {
    }

    public static function load(Order $order): self
    {
        $collection = new self($order);
        $rows = Application::getConnection()->query("SELECT * FROM b_sale_order_payment WHERE ORDER_ID = {$order->getId()} ORDER BY ID");
        foreach ($rows->fetchAll() as $row) {
            $collection->payments[] = Payment::ofRow($row, $order);
        }
        return $collection;
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

    /** A payment from the buyer's account, without a sum as yet; the order's save writes it. */
    public function createInnerPayment(): Payment
    {
        $payment = Payment::ofRow(['PAID' => 'N', 'IS_RETURN' => 'N', 'MARKED' => 'N', 'SUM' => 0], $this->order);
        $this->payments[] = $payment;
        $payment->setFieldsNoDemand([
            'ACCOUNT_NUMBER' => $this->order->getField('ACCOUNT_NUMBER') . '/' . count($this->payments),
            'CURRENCY' => $this->order->getCurrency(),
        ]);
        $payment->setField('PAY_SYSTEM_ID', Manager::getInnerPaySystemId());
        return $payment;
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
