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
 * Tells Bitrix through its sale API what became of a payment. Needs the kernel.
 *
 * Bitrix itself locks nothing (12 parallel callbacks gave 5 mails), so everything is read behind a lock, and the token of the lease is traded right
 * before the save: that is the only exclusion which holds on a database cluster. Called twice, also by two processes at once, it marks once.
 * Change and save are one transaction.
 */
final class Applier
{
    /** What `setPaid` answers for a cancelled order. */
    private const ORDER_CANCELLED_CODE = 'SALE_ORDER_PAID_ORDER_CANCELED';

    private readonly PaymentLock $lock;
    /** @var array<int, true> orders whose save failed in this process: Bitrix, which mails once a process, would not mail the next time */
    private array $spoiled = [];

    public function __construct(private readonly OrderUpdates $updates)
    {
        $this->lock = new PaymentLock();
    }

    /** Applies one update and tells the service how it ended. Never throws. */
    public function apply(OrderUpdate $update): void
    {
        try {
            $ending = $this->underLock($update);
        } catch (Throwable $error) {
            Log::bug("order update {$update->getOrderUpdateId()}", $error);
            $ending = ApplyResult::retry('failed: ' . get_class($error));
        }
        if ($ending !== null) {
            $this->updates->acknowledge($update, $ending);
        }
    }

    /** Null: somebody else has the update, and nothing is to be told. */
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

    /** A web cluster reads from a slave that lags until this hit has written. */
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

    /** Null: go on. The order of these checks decides what a person is told. */
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
            // The buyer has it twice: from Click, and on the account in the shop. Bitrix would forget the latter.
            $row->isReturn === Payment::RETURN_INNER
                => ApplyResult::refused(Refusal::REFUSAL_PAYMENT_RETURNED, 'the payment was returned to the inner account as well'),
            default => null,
        };
    }

    /**
     * Checks before the lease is traded, so that what cannot be done costs nothing.
     *
     * @param callable(OrderUpdate, PaymentRow): ?ApplyResult $whyNot
     * @param callable(Payment, OrderUpdate): list<string> $change gives what went wrong, as "code: message"
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
     * A save that breaks off leaves nothing behind, and the next try is a whole one; also when a shop's event handler ends PHP in it.
     *
     * @param callable(): ApplyResult $write
     */
    private function save(OrderUpdate $update, bool $isWhole, callable $write): ApplyResult
    {
        $work = static fn(): ApplyResult => Actor::provide($isWhole
            ? static fn(): ApplyResult => ShopTransaction::around($write, static fn(ApplyResult $ending) => $ending->isApplied())
            : $write);
        $onEnd = function () use ($update, $isWhole): void {
            if ($isWhole) {
                ShopTransaction::rollBack();
            }
            $this->updates->acknowledge($update, self::afterFailure($update, 'PHP ended inside the save'));
        };
        try {
            $ending = UnfinishedWork::watch($work, $onEnd);
        } catch (Throwable $error) {
            Log::bug("order update {$update->getOrderUpdateId()}", $error);
            $ending = ApplyResult::retry('failed: ' . get_class($error));
        }
        if ($ending->isApplied()) {
            unset($this->spoiled[(int) $update->getOrderId()]);
        }
        return $ending->isRetry() ? self::afterFailure($update, $ending->detail) : $ending;
    }

    /** Only the row tells: a table that knows no transactions, or a statement that ends them, keeps what was to be undone. */
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
        // Bitrix reads the payments when they are asked for, not with the order.
        $payment = $order?->getPaymentCollection()->getItemById($paymentId);
        if ($row === null || $order === null || !$payment instanceof Payment) {
            return self::gone();
        }
        // Once more, for a person may have marked it while the service was asked; and what was loaded, for it is that which a save writes back,
        // and without a transaction it may be another.
        $late = $whyNot($update, $row) ?? $whyNot($update, PaymentRow::loaded($order, $payment, (int) $update->getAmountTiyin()));
        if ($late !== null) {
            return $late;
        }
        $this->spoiled[(int) $update->getOrderId()] = true;
        $faults = $change($payment, $update);
        if ($faults !== []) {
            // Never saved: what was refused keeps the date of payment, which a save would write, and tell of a payment that is none.
            return self::isCancelled($faults)
                ? ApplyResult::refused(Refusal::REFUSAL_ORDER_CANCELLED, 'the order is cancelled')
                : ApplyResult::retry(implode('; ', $faults));
        }
        $saved = $order->save();
        // Bitrix may say "success" and have saved the order without its payment, or the payment alone: only the rows tell.
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
     * As Bitrix's own Service does for money that leaves. Any other way of setting IS_RETURN has Bitrix ask the handler to refund again.
     *
     * @return list<string>
     */
    private static function markRefunded(Payment $payment, OrderUpdate $update): array
    {
        $payment->setFieldsNoDemand(['IS_RETURN' => Payment::RETURN_PS] + ShopFields::ofReturned($payment, $update->getShopFields()));
        return self::faultsOf($payment->setPaid('N'));
    }

    /** Whether the row shows what the update asks for, by this very update. */
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
