<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Main\Type\DateTime;
use StandIn\PausePoint;

/**
 * An order with its payments, as it was when it was loaded. Nothing is locked: two hits that load the same order do not see each other,
 * and each of them may "pay" it.
 */
class Order extends Entity
{
    private const FIELDS = [
        'LID', 'PERSON_TYPE_ID', 'PAYED', 'DATE_PAYED', 'CANCELED', 'DATE_CANCELED', 'REASON_CANCELED', 'STATUS_ID', 'PRICE',
        'PRICE_DELIVERY', 'CURRENCY', 'SUM_PAID', 'USER_ID', 'PAY_SYSTEM_ID', 'DATE_INSERT', 'DATE_UPDATE', 'ACCOUNT_NUMBER', 'MARKED',
        'REASON_MARKED', 'VERSION', 'XML_ID',
    ];

    private PaymentCollection $payments;

    public static function getAvailableFields(): array
    {
        return self::FIELDS;
    }

    /** Null when there is no such order. */
    public static function load(int|string $id): ?self
    {
        return self::loadWhere('ID = ' . (int) $id);
    }

    public static function loadByAccountNumber(string $number): ?self
    {
        return self::loadWhere('ACCOUNT_NUMBER = ' . Application::getConnection()->getSqlHelper()->convertToDbString($number));
    }

    private static function loadWhere(string $condition): ?self
    {
        PausePoint::at('order_loading');
        $connection = Application::getConnection();
        $row = $connection->query("SELECT * FROM b_sale_order WHERE $condition LIMIT 1")->fetch();
        if ($row === false) {
            return null;
        }
        $order = new self($row);
        $order->payments = new PaymentCollection($order);
        $payments = $connection->query("SELECT * FROM b_sale_order_payment WHERE ORDER_ID = {$order->getId()} ORDER BY ID");
        foreach ($payments->fetchAll() as $payment) {
            $order->payments->add(Payment::ofRow($payment, $order));
        }
        PausePoint::at('order_loaded');
        return $order;
    }

    public function getPaymentCollection(): PaymentCollection
    {
        return $this->payments;
    }

    public function getPrice(): float
    {
        return $this->getField('PRICE');
    }

    public function getSumPaid(): float
    {
        return $this->getField('SUM_PAID');
    }

    public function getCurrency(): string
    {
        return $this->getField('CURRENCY');
    }

    public function getPersonTypeId(): int
    {
        return (int) $this->getField('PERSON_TYPE_ID');
    }

    public function getUserId(): int
    {
        return (int) $this->getField('USER_ID');
    }

    /** What the links to guests carry. */
    public function getHash(): string
    {
        return md5("{$this->getField('DATE_INSERT')}|{$this->getUserId()}|{$this->getId()}");
    }

    public function getSiteId(): string
    {
        return $this->getField('LID');
    }

    public function isPaid(): bool
    {
        return $this->getField('PAYED') === 'Y';
    }

    public function isCanceled(): bool
    {
        return $this->getField('CANCELED') === 'Y';
    }

    /** Called by a payment whose mark has changed. */
    public function onPaymentPaidChange(): void
    {
        $paidSum = $this->payments->getPaidSum();
        $this->setFieldNoDemand('SUM_PAID', PriceMaths::roundPrecision($paidSum));
        $paid = $paidSum > 0 && PriceMaths::roundPrecision($paidSum) >= PriceMaths::roundPrecision($this->getPrice());
        if ($paid !== $this->isPaid()) {
            $this->setFieldNoDemand('PAYED', $paid ? 'Y' : 'N');
            $this->setFieldNoDemand('DATE_PAYED', new DateTime());
        }
    }

    /**
     * Writes the order's row, then each payment's, in no transaction: a death between them leaves an order that is paid with a payment
     * that is not. A payment that cannot be written makes a warning, not an error, and the order stays written.
     */
    public function save(): Result
    {
        return OrderSave::run($this);
    }

    /**
     * For OrderSave: writes the changed fields of the order's own row.
     *
     * @return array<string, mixed> what they were before
     */
    public function writeRow(): array
    {
        $before = $this->originalValues();
        $connection = Application::getConnection();
        $set = $connection->getSqlHelper()->assignments($this->changedValues() + ['DATE_UPDATE' => new DateTime()]);
        $connection->queryExecute("UPDATE b_sale_order SET $set, VERSION = VERSION + 1 WHERE ID = {$this->getId()}");
        $this->forgetChanges();
        return $before;
    }
}
