<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Main\ArgumentNullException;
use Bitrix\Sale\Internals\Entity;
use StandIn\Account;
use StandIn\Cancellation;
use StandIn\Mark;
use StandIn\OrderLock;
use StandIn\OrderSave;
use StandIn\PausePoint;

/**
 * An order as it was when it was loaded, its payments as they were when they were first asked for. Nothing is locked: two hits that load the
 * same order do not see each other, and each of them may "pay" it.
 */
class Order extends Entity
{
    private const SUMS = ['PRICE', 'PRICE_DELIVERY', 'SUM_PAID'];
    private const FIELDS = [
        'LID', 'PERSON_TYPE_ID', 'PAYED', 'DATE_PAYED', 'EMP_PAYED_ID', 'CANCELED', 'DATE_CANCELED', 'REASON_CANCELED', 'STATUS_ID', 'PRICE',
        'PRICE_DELIVERY', 'CURRENCY', 'SUM_PAID', 'USER_ID', 'PAY_SYSTEM_ID', 'DATE_INSERT', 'DATE_UPDATE', 'ACCOUNT_NUMBER', 'MARKED',
        'DATE_MARKED', 'EMP_MARKED_ID', 'REASON_MARKED', 'VERSION', 'XML_ID', 'COMMENTS',
        'PAY_VOUCHER_NUM', 'PAY_VOUCHER_DATE',
    ];

    private ?PaymentCollection $payments = null;

    public static function getAvailableFields()
    {
        return self::FIELDS;
    }

    protected static function getMeaningfulFields()
    {
        return [];
    }

    public static function getEntityEventName()
    {
        return 'SaleOrder';
    }

    protected function normalizeValue($name, $value)
    {
        return $this->isPriceField($name) && is_numeric($value) ? (float) $value : $value;
    }

    protected function isPriceField(string $name): bool
    {
        return in_array($name, self::SUMS, true);
    }

    /** Null when there is no such order. */
    public static function load(int|string|null $id): ?self
    {
        if ((int) $id === 0) {
            throw new ArgumentNullException('id');
        }
        return self::loadWhere('ID = ' . (int) $id);
    }

    /** False when there is no such order. */
    public static function loadByAccountNumber(string $number): self|false
    {
        return self::loadWhere('ACCOUNT_NUMBER = ' . Application::getConnection()->getSqlHelper()->convertToDbString($number)) ?? false;
    }

    private static function loadWhere(string $condition): ?self
    {
        PausePoint::at('order_loading');
        $row = Application::getConnection()->query("SELECT * FROM b_sale_order WHERE $condition LIMIT 1")->fetch();
        $order = $row === false ? null : new self($row);
        PausePoint::at('order_loaded');
        return $order;
    }

    public static function isLocked(int|string $id): bool
    {
        return OrderLock::isHeldByAnother((int) $id);
    }

    /** A sign for people who open the same order: nothing here looks at it. */
    public static function lock(int|string $id): \Bitrix\Main\ORM\Data\UpdateResult
    {
        return OrderLock::take((int) $id);
    }

    /** Read when they are first asked for: what was saved since the order was loaded is in them. */
    public function getPaymentCollection(): PaymentCollection
    {
        return $this->payments ??= PaymentCollection::load($this);
    }

    public function getPrice(): float
    {
        return (float) $this->getField('PRICE');
    }

    public function getSumPaid(): float
    {
        return (float) $this->getField('SUM_PAID');
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

    protected function onFieldModify(string $name, mixed $old, mixed $value): Result
    {
        if ($name === 'MARKED') {
            Mark::sign($this);
        }
        return $name === 'CANCELED' ? Cancellation::demand($this) : new Result();
    }

    /**
     * Called by a payment whose mark has changed. What is paid above the price goes to the buyer's account.
     *
     * @param string $action
     * @param string|null $name of the changed field
     * @param mixed $oldValue
     * @param mixed $value
     */
    public function onPaymentCollectionModify($action, Payment $payment, $name = null, $oldValue = null, $value = null): Result
    {
        if ($payment->isPaid() && $this->isCanceled()) {
            return (new Result())->addError(new ResultError('A cancelled order cannot be paid', 'SALE_ORDER_PAID_ORDER_CANCELED'));
        }
        $paid = $this->getPaymentCollection()->getPaidSum();
        $price = $this->getPrice();
        if ($payment->isPaid() && $paid > $price) {
            Account::of($this)->owe($paid - $price, 'EXCESS_SUM_PAID', $payment);
        }
        $this->setFieldNoDemand('SUM_PAID', min($paid, $price));
        $isPaid = $paid > 0 && PriceMaths::roundPrecision($paid) >= PriceMaths::roundPrecision($price);
        $this->setFieldNoDemand('PAYED', $isPaid ? 'Y' : 'N');
        return new Result();
    }

    /**
     * Writes the order's row, then each payment's, in no transaction: a death between them leaves an order that is paid with a payment
     * that is not. A payment that cannot be written makes a warning, not an error, and the order stays written.
     */
    public function save(): Result
    {
        return (new OrderSave($this))->run();
    }
}
