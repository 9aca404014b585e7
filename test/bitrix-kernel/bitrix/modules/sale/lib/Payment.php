<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\ArgumentOutOfRangeException;
use Bitrix\Main\Event;
use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\PaySystem\Manager;
use Bitrix\Sale\PaySystem\Service;
use StandIn\PaymentReturn;

class Payment extends Entity
{
    public const RETURN_NONE = 'N';
    public const RETURN_INNER = 'Y';
    public const RETURN_PS = 'P';

    private const FIELDS = [
        'PAID', 'DATE_PAID', 'EMP_PAID_ID', 'PAY_SYSTEM_ID', 'PAY_SYSTEM_NAME', 'PS_STATUS', 'PS_INVOICE_ID', 'PS_STATUS_CODE',
        'PS_STATUS_DESCRIPTION', 'PS_STATUS_MESSAGE', 'PS_SUM', 'PS_CURRENCY', 'PS_RESPONSE_DATE', 'PS_RECURRING_TOKEN', 'PS_CARD_NUMBER',
        'PAY_VOUCHER_NUM', 'PAY_VOUCHER_DATE', 'DATE_PAY_BEFORE', 'DATE_BILL', 'XML_ID', 'SUM', 'PRICE_COD', 'CURRENCY', 'PAY_RETURN_DATE',
        'PAY_RETURN_NUM', 'PAY_RETURN_COMMENT', 'EMP_RETURN_ID', 'IS_RETURN', 'MARKED', 'DATE_MARKED', 'REASON_MARKED',
    ];

    /** @param array<string, mixed> $values */
    protected function __construct(array $values, private readonly Order $order)
    {
        parent::__construct($values);
    }

    /** @param array<string, mixed> $row */
    public static function ofRow(array $row, Order $order): self
    {
        return new self($row, $order);
    }

    public static function getAvailableFields(): array
    {
        return self::FIELDS;
    }

    public function getOrder(): Order
    {
        return $this->order;
    }

    public function getCollection(): PaymentCollection
    {
        return $this->order->getPaymentCollection();
    }

    public function getOrderId(): int
    {
        return $this->order->getId();
    }

    public function getPaymentSystemId(): int
    {
        return (int) $this->getField('PAY_SYSTEM_ID');
    }

    public function getPaymentSystemName(): string
    {
        return (string) $this->getField('PAY_SYSTEM_NAME');
    }

    public function getPaySystem(): ?Service
    {
        return Manager::getObjectById($this->getPaymentSystemId());
    }

    public function getPersonTypeId(): int
    {
        return $this->order->getPersonTypeId();
    }

    /** A float: not for comparing money. */
    public function getSum(): float
    {
        return $this->getField('SUM');
    }

    public function isPaid(): bool
    {
        return $this->getField('PAID') === 'Y';
    }

    public function isReturn(): bool
    {
        return in_array($this->getField('IS_RETURN'), [self::RETURN_INNER, self::RETURN_PS], true);
    }

    public function isInner(): bool
    {
        return false;
    }

    /**
     * Marks the payment paid ('Y') or not ('N'), in memory. Marked so already, it does nothing. Asks `$USER` who does it, without looking
     * whether there is one.
     */
    public function setPaid(string $value): Result
    {
        global $USER;
        if ($this->getField('PAID') === $value) {
            return new Result();
        }
        $result = $this->setField('PAID', $value);
        if ($result->isSuccess()) {
            $this->setField('DATE_PAID', new DateTime());
            $this->setField('EMP_PAID_ID', $USER->GetID());
        }
        return $result;
    }

    /** A return, as the order page asks for it. */
    public function setReturn(string $value): Result
    {
        if (!in_array($value, [self::RETURN_NONE, self::RETURN_INNER, self::RETURN_PS], true)) {
            throw new ArgumentOutOfRangeException('value');
        }
        return $this->setField('IS_RETURN', $value);
    }

    public function setField(string $name, mixed $value): Result
    {
        if ($this->getField($name) !== $value) {
            (new Event('sale', 'OnBeforeSalePaymentSetField', ['ENTITY' => $this, 'NAME' => $name, 'VALUE' => $value]))->send();
        }
        return parent::setField($name, $value);
    }

    protected function onFieldModify(string $name, mixed $old, mixed $value): Result
    {
        $result = new Result();
        if ($name === 'SUM' && $this->isPaid()) {
            $result->addError(new ResultError('The sum of a paid payment cannot be changed', 'SALE_PAYMENT_NOT_ALLOWED_CHANGE_SUM'));
        }
        if ($name === 'PAID') {
            if ($value === 'Y' && $this->order->isCanceled()) {
                $result->addError(new ResultError('A cancelled order cannot be paid', 'SALE_ORDER_PAID_ORDER_CANCELED'));
                return $result;
            }
            $this->order->onPaymentPaidChange();
        }
        (new Event('sale', 'OnSalePaymentSetField', ['ENTITY' => $this, 'NAME' => $name, 'VALUE' => $value, 'OLD_VALUE' => $old]))->send();
        return $name === 'IS_RETURN' ? PaymentReturn::demand($this, (string) $value) : $result;
    }

    /** Called by the order's save. Errors become the order's warnings, and the row stays as it was. */
    public function save(): Result
    {
        $changes = $this->changedValues();
        if ($changes === []) {
            return new Result();
        }
        $result = PaymentRow::write($this->getId(), $changes);
        if ($result->isSuccess()) {
            $this->tellSaved($this->originalValues(), isset($changes['PAID']));
            $this->forgetChanges();
        }
        return $result;
    }

    /** @param array<string, mixed> $before */
    private function tellSaved(array $before, bool $isPaidChanged): void
    {
        (new Event('sale', 'OnSalePaymentEntitySaved', ['ENTITY' => $this, 'VALUES' => $before]))->send();
        if ($isPaidChanged) {
            (new Event('sale', 'OnPaymentPaid', ['ENTITY' => $this, 'VALUES' => $before]))->send();
            $type = $this->isPaid() ? 'PAYMENT_PAID' : 'PAYMENT_NOT_PAID';
            OrderHistory::addAction('PAYMENT', $this->getOrderId(), $type, $this->getId(), $this, ['PAID' => $this->getField('PAID')]);
        }
    }
}
