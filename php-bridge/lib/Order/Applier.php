<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Refusal;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Contract\V1\OrderUpdate\Kind;
use ClickBridge\Log;
use Throwable;

/**
 * Applies order updates through Bitrix's sale API. Needs the kernel.
 *
 * Bitrix itself locks nothing (12 parallel callbacks gave 5 mails), so everything is read under a lock, and StartOrderUpdate extends the
 * lease right before the save: this is the only exclusion that works on a database cluster. Idempotent, also for two processes at once.
 * Change and save are one transaction.
 */
final class Applier
{
    /** Error code of `setPaid` for a cancelled order. */
    private const ORDER_CANCELLED_CODE = 'SALE_ORDER_PAID_ORDER_CANCELED';

    private readonly PaymentLock $lock;
    /** @var array<int, true> orders whose save failed in this process: Bitrix mails once per process and would not mail the next time */
    private array $spoiled = [];

    public function __construct(private readonly OrderUpdates $updates)
    {
        $this->lock = new PaymentLock();
    }

    /** Applies one update and reports the result to the service. Never throws. */
    public function apply(OrderUpdate $update): void
    {
        try {
            $result = $this->underLock($update);
        } catch (Throwable $error) {
            Log::bug("order update {$update->getOrderUpdateId()}", $error);
            $result = ApplyResult::retry('failed: ' . get_class($error));
        }
        if ($result !== null) {
            $this->updates->acknowledge($update, $result);
        }
    }

    /** Null: another applier has the update, so there is nothing to report. */
    private function underLock(OrderUpdate $update): ?ApplyResult
    {
        if (!Loader::includeModule('sale')) {
            return ApplyResult::retry('the module sale is not installed');
        }
        return $this->lock->behind(
            (int) $update->getPaymentId(),
            fn() => $this->onMaster($update),
            ApplyResult::retry('another process is busy with the payment'),
        );
    }

    /** On a web cluster Bitrix reads from a lagging slave until this request has written. */
    private function onMaster(OrderUpdate $update): ?ApplyResult
    {
        $pool = Application::getInstance()->getConnectionPool();
        $pool->useMasterOnly(true);
        try {
            return $this->decide($update);
        } finally {
            $pool->useMasterOnly(false);
        }
    }

    private function decide(OrderUpdate $update): ?ApplyResult
    {
        return match ($update->getKind()) {
            Kind::KIND_MARK_PAID => $this->change($update, self::whyNotPaid(...), self::markPaid(...)),
            Kind::KIND_MARK_REFUNDED => $this->change($update, self::whyNotRefunded(...), self::markRefunded(...)),
            default => ApplyResult::refused(
                Refusal::REFUSAL_KIND_UNKNOWN,
                "the module is older than the service: it does not know updates of kind {$update->getKind()}",
            ),
        };
    }

    /** Null: continue. The order of these checks decides which refusal an operator sees. */
    private static function whyNotPaid(OrderUpdate $update, PaymentRow $row): ?ApplyResult
    {
        return match (true) {
            self::isDone($update, $row) => ApplyResult::applied(),
            $row->paid => self::markedByAnother(),
            $row->isReturn !== Payment::RETURN_NONE
                => ApplyResult::refused(Refusal::REFUSAL_PAYMENT_RETURNED, "IS_RETURN is {$row->isReturn}"),
            $row->orderCancelled => ApplyResult::refused(Refusal::REFUSAL_ORDER_CANCELLED, 'the order is cancelled'),
            $row->currency !== $update->getCurrency()
                => ApplyResult::refused(Refusal::REFUSAL_CURRENCY_CHANGED, "the payment's currency is {$row->currency}"),
            $row->sumTiyin !== (int) $update->getAmountTiyin() => ApplyResult::refused(
                Refusal::REFUSAL_AMOUNT_CHANGED,
                "the payment's sum is " . ($row->sumTiyin ?? 'another number of') . ' tiyin',
            ),
            default => null,
        };
    }

    private static function whyNotRefunded(OrderUpdate $update, PaymentRow $row): ?ApplyResult
    {
        return match (true) {
            self::isDone($update, $row) => ApplyResult::applied(),
            !self::isOurs($update, $row) => self::markedByAnother(),
            // The buyer has paid twice: with Click, and from the account in the shop. Bitrix would lose the latter.
            $row->isReturn === Payment::RETURN_INNER
                => ApplyResult::refused(Refusal::REFUSAL_PAYMENT_RETURNED, 'the payment was returned to the inner account as well'),
            default => null,
        };
    }

    /**
     * Checks before StartOrderUpdate, so that an impossible update costs nothing.
     *
     * @param callable(OrderUpdate, PaymentRow): ?ApplyResult $whyNot
     * @param callable(Payment, OrderUpdate): list<string> $change returns faults as "code: message"
     */
    private function change(OrderUpdate $update, callable $whyNot, callable $change): ?ApplyResult
    {
        $row = PaymentRow::read((int) $update->getPaymentId());
        $early = $row === null ? self::gone() : $whyNot($update, $row);
        if ($early !== null) {
            return $early;
        }
        if (isset($this->spoiled[(int) $update->getOrderId()])) {
            return ApplyResult::retry('this process has failed with the order before: it is for another one');
        }
        $isWhole = $this->updates->start($update);
        return $isWhole === null ? null : $this->save($update, $isWhole, fn(): ApplyResult => $this->write($update, $whyNot, $change));
    }

    /**
     * A save that stops half-way is rolled back, so that the next try is complete; also when an event handler of the shop ends PHP.
     *
     * @param callable(): ApplyResult $write
     */
    private function save(OrderUpdate $update, bool $isWhole, callable $write): ApplyResult
    {
        $work = static fn(): ApplyResult => Actor::provide($isWhole
            ? static fn(): ApplyResult => ShopTransaction::around($write, static fn(ApplyResult $result) => $result->isApplied())
            : $write);
        $onEnd = function () use ($update, $isWhole): void {
            if ($isWhole) {
                ShopTransaction::rollBack();
            }
            $this->updates->acknowledge($update, self::afterFailure($update, 'PHP ended inside the save'));
        };
        try {
            $result = UnfinishedWork::watch($work, $onEnd);
        } catch (Throwable $error) {
            Log::bug("order update {$update->getOrderUpdateId()}", $error);
            $result = ApplyResult::retry('failed: ' . get_class($error));
        }
        if ($result->isApplied()) {
            unset($this->spoiled[(int) $update->getOrderId()]);
        }
        return $result->isRetry() ? self::afterFailure($update, $result->detail) : $result;
    }

    /** Only the row shows it: a non-transactional table, or a statement with implicit commit, keeps changes that were to be rolled back. */
    private static function afterFailure(OrderUpdate $update, string $detail): ApplyResult
    {
        $row = PaymentRow::read((int) $update->getPaymentId());
        return $row !== null && self::isDone($update, $row) ? ApplyResult::appliedInParts($detail) : ApplyResult::retry($detail);
    }

    /**
     * @param callable(OrderUpdate, PaymentRow): ?ApplyResult $whyNot
     * @param callable(Payment, OrderUpdate): list<string> $change
     */
    private function write(OrderUpdate $update, callable $whyNot, callable $change): ApplyResult
    {
        $paymentId = (int) $update->getPaymentId();
        $row = PaymentRow::lock($paymentId);
        $order = $row === null ? null : Order::load($row->orderId);
        // Bitrix reads payments when they are used, not with the order.
        $payment = $order?->getPaymentCollection()->getItemById($paymentId);
        if ($row === null || $order === null || !$payment instanceof Payment) {
            return self::gone();
        }
        // Checks again, because a manager may have changed it during the call; also the loaded objects, because a save writes these, and without
        // a transaction they may differ.
        $late = $whyNot($update, $row) ?? $whyNot($update, PaymentRow::loaded($order, $payment, (int) $update->getAmountTiyin()));
        if ($late !== null) {
            return $late;
        }
        $this->spoiled[(int) $update->getOrderId()] = true;
        $faults = $change($payment, $update);
        if ($faults !== []) {
            // Not saved: the refused object keeps a payment date, which a save would write.
            return self::isCancelled($faults)
                ? ApplyResult::refused(Refusal::REFUSAL_ORDER_CANCELLED, 'the order is cancelled')
                : ApplyResult::retry(implode('; ', $faults));
        }
        $saved = $order->save();
        // Bitrix may report success after it saved the order without its payment, or only the payment: only the rows show it.
        $after = PaymentRow::read($paymentId);
        $missing = match (true) {
            $after === null || !self::isDone($update, $after) => 'the payment row did not change',
            !$after->hasOrderOf($order) => 'the order row did not change',
            default => null,
        };
        return $missing === null
            ? ApplyResult::applied()
            : ApplyResult::retry(implode('; ', [...$saved->getErrorMessages(), ...$saved->getWarningMessages(), $missing]));
    }

    private static function markedByAnother(): ApplyResult
    {
        return ApplyResult::refused(Refusal::REFUSAL_PAID_OTHERWISE, 'the payment was marked paid by someone else');
    }

    private static function gone(): ApplyResult
    {
        return ApplyResult::refused(Refusal::REFUSAL_ORDER_NOT_FOUND, 'the payment or its order is gone');
    }

    /** @return list<string> */
    private static function markPaid(Payment $payment, OrderUpdate $update): array
    {
        $mark = ['PS_INVOICE_ID' => ShopFields::mark($update), 'PS_RESPONSE_DATE' => new DateTime()];
        $fields = $payment->setFields($mark + ShopFields::of($update->getShopFields()));
        $paid = $fields->isSuccess() ? $payment->setPaid('Y') : $fields;
        return self::faultsOf($paid);
    }

    /**
     * The same as Bitrix's own Service does for a refund. Any other way to set IS_RETURN makes Bitrix call the handler's refund again.
     *
     * @return list<string>
     */
    private static function markRefunded(Payment $payment, OrderUpdate $update): array
    {
        $payment->setFieldsNoDemand(['IS_RETURN' => Payment::RETURN_PS] + ShopFields::ofReturned($payment, $update->getShopFields()));
        return self::faultsOf($payment->setPaid('N'));
    }

    /** Whether the row shows that this update is applied. */
    private static function isDone(OrderUpdate $update, PaymentRow $row): bool
    {
        $shows = $update->getKind() === Kind::KIND_MARK_PAID
            ? $row->paid
            : !$row->paid && $row->isReturn === Payment::RETURN_PS;
        return $shows && self::isOurs($update, $row);
    }

    private static function isOurs(OrderUpdate $update, PaymentRow $row): bool
    {
        return $row->invoiceId === ShopFields::mark($update);
    }

    /** @return list<string> */
    private static function faultsOf(\Bitrix\Main\Result $result): array
    {
        $faults = [];
        foreach ($result->getErrors() as $error) {
            $faults[] = "{$error->getCode()}: {$error->getMessage()}";
        }
        return $faults;
    }

    /** @param list<string> $faults */
    private static function isCancelled(array $faults): bool
    {
        return str_starts_with($faults[0], self::ORDER_CANCELLED_CODE);
    }
}
