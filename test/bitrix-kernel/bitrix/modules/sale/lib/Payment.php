<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Main\ArgumentOutOfRangeException;
use Bitrix\Main\Type\Date;
use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Internals\Entity;
use Bitrix\Sale\PaySystem\Manager;
use Bitrix\Sale\PaySystem\Service;
use StandIn\Account;
use StandIn\EntityEvent;
use StandIn\Mark;
use StandIn\PaymentReturn;
use StandIn\PaymentRow;

class Payment extends Entity
{
    public const RETURN_NONE = 'N';
    public const RETURN_INNER = 'Y';
    public const RETURN_PS = 'P';

    private const SUMS = ['SUM', 'PRICE_COD'];
    /** The order has them too, as its last payment has. */
    private const TOLD_BY_THE_ORDER = ['PAY_SYSTEM_ID', 'PAY_VOUCHER_NUM', 'PAY_VOUCHER_DATE'];

    private PaymentCollection $collection;

    /** @var array<string, mixed>|null what was changed when it was marked paid: OnPaymentPaid tells it, after the save */
    private ?array $paidNews = null;

    /** @return list<self> in no collection as yet */
    public static function loadForOrder(int $id): array
    {
        $rows = Application::getConnection()->query("SELECT * FROM b_sale_order_payment WHERE ORDER_ID = $id ORDER BY ID")->fetchAll();
        // A float when it is read, and then what was set.
        $psSum = static fn(array $row) => ['PS_SUM' => $row['PS_SUM'] === null ? null : (float) $row['PS_SUM']];
        return array_map(static fn(array $row) => new self($psSum($row) + $row), $rows);
    }

    /** Without a sum; the order's save writes it. */
    public static function create(PaymentCollection $collection, ?Service $service = null): self
    {
        $payment = new self();
        $payment->setCollection($collection);
        $order = $collection->getOrder();
        $values = ['ORDER_ID' => $order->getId(), 'PAID' => 'N', 'IS_RETURN' => 'N', 'SUM' => 0.0, 'CURRENCY' => $order->getCurrency()];
        foreach ($values + ['DATE_BILL' => new Date(), 'XML_ID' => 'bx_' . uniqid()] as $name => $value) {
            $payment->getFields()->set($name, $value);
        }
        return $payment;
    }

    public static function getAvailableFields()
    {
        return PaymentRow::FIELDS;
    }

    protected static function getMeaningfulFields()
    {
        return ['PAID'];
    }

    public static function getEntityEventName()
    {
        return 'SalePayment';
    }

    protected function normalizeValue($name, $value)
    {
        return $this->isPriceField($name) && is_numeric($value) ? (float) $value : $value;
    }

    protected function isPriceField(string $name): bool
    {
        return in_array($name, self::SUMS, true);
    }

    public function getOrder(): Order
    {
        return $this->collection->getOrder();
    }

    public function getCollection(): PaymentCollection
    {
        return $this->collection;
    }

    public function setCollection(PaymentCollection $collection): void
    {
        $this->collection = $collection;
    }

    public function getOrderId(): int
    {
        return $this->getOrder()->getId();
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
        return $this->getOrder()->getPersonTypeId();
    }

    /** A float: not for comparing money. */
    public function getSum(): float
    {
        return (float) $this->getField('SUM');
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
        return $this->getPaymentSystemId() === Manager::getInnerPaySystemId();
    }

    /** Marks the payment paid ('Y') or not ('N'), in memory. Marked so already, it does nothing. */
    public function setPaid(string $value): Result
    {
        return $this->setField('PAID', $value);
    }

    /** A return, as the order page asks for it. */
    public function setReturn(string $value): Result
    {
        if (!in_array($value, [self::RETURN_NONE, self::RETURN_INNER, self::RETURN_PS], true)) {
            throw new ArgumentOutOfRangeException('value');
        }
        return $this->getField('IS_RETURN') === $value ? new Result() : $this->setField('IS_RETURN', $value);
    }

    protected function checkValueBeforeSet($name, $value)
    {
        $result = new Result();
        if ($name === 'ACCOUNT_NUMBER' && PaymentRow::isNumberTaken($value, $this->getId())) {
            $result->addError(new ResultError('Another payment has this number'));
        }
        return $result;
    }

    protected function onFieldModify(string $name, mixed $old, mixed $value): Result
    {
        if ($name === 'SUM' && $this->isPaid()) {
            return (new Result())->addError(
                new ResultError('The sum of a paid payment cannot be changed', 'SALE_PAYMENT_NOT_ALLOWED_CHANGE_SUM')
            );
        }
        if ($name === 'MARKED') {
            Mark::sign($this);
        }
        if (in_array($name, self::TOLD_BY_THE_ORDER, true)) {
            $this->getOrder()->setFieldNoDemand($name, $value);
        }
        return match ($name) {
            'PAID' => $this->onPaidModify((string) $value),
            'IS_RETURN' => PaymentReturn::demand($this, (string) $value),
            default => new Result(),
        };
    }

    /**
     * Who marked it and when is noted first, at the order too, and stays when the order refuses. `$USER` is asked without a look whether
     * there is one: without, PHP stops here, with the payment paid in memory and the order's sums as they were.
     */
    private function onPaidModify(string $value): Result
    {
        global $USER;
        if ($value === 'Y') {
            $now = new DateTime();
            $this->setField('DATE_PAID', $now);
            $this->getOrder()->setFieldNoDemand('DATE_PAYED', $now);
            $this->setField('EMP_PAID_ID', $USER->GetID());
            $this->getOrder()->setFieldNoDemand('EMP_PAYED_ID', $this->getField('EMP_PAID_ID'));
            if ($this->isInner() && !Account::of($this->getOrder())->has($this->getSum())) {
                return (new Result())->addError(new ResultError('The account has not enough'));
            }
            $this->setField('IS_RETURN', self::RETURN_NONE);
            $this->paidNews = $this->getFields()->getOriginalValues();
        }
        return $this->getOrder()->onPaymentCollectionModify('UPDATE', $this, 'PAID');
    }

    /** Called by the order's save. Errors become the order's warnings, and the row stays as it was. */
    public function save(): Result
    {
        EntityEvent::send($this, 'OnBeforeSalePaymentEntitySaved', ['VALUES' => $this->getFields()->getOriginalValues()]);
        $result = new Result();
        if ($this->isChanged()) {
            $isNew = $this->getId() === 0;
            if ($isNew) {
                $number = $this->getOrder()->getField('ACCOUNT_NUMBER') . '/' . count($this->getCollection());
                $this->getFields()->set('ACCOUNT_NUMBER', $number);
            }
            $result = PaymentRow::write($this->getId(), $this->getFields()->getChangedValues());
            if ($isNew && $result->isSuccess()) {
                $this->getFields()->set('ID', $result->getId());
            }
            if ($result->isSuccess()) {
                EntityEvent::send($this, 'OnSalePaymentEntitySaved', ['VALUES' => $this->getFields()->getOriginalValues()]);
                $this->tellPaid();
            } else {
                $errors = ['ERROR' => implode("\n", $result->getErrorMessages())];
                OrderHistory::addAction('PAYMENT', $this->getOrderId(), 'PAYMENT_UPDATE_ERROR', $this->getId(), $this, $errors);
            }
        }
        $this->history->write('PAYMENT', $this->getOrderId(), $this, $isNew ?? false);
        return $result;
    }

    private function tellPaid(): void
    {
        $news = $this->paidNews;
        $this->paidNews = null;
        if ($news !== null) {
            EntityEvent::send($this, 'OnPaymentPaid', ['VALUES' => $news]);
            if ($this->isInner() && $this->isPaid()) {
                Account::of($this->getOrder())->owe(-$this->getSum(), 'ORDER_PAY', $this);
            }
        }
    }
}
