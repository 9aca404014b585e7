<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Application;
use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;

/**
 * A payment row read by SQL: Bitrix's own objects have sums as floats and may be older than the lock. On a web cluster the caller must use
 * the master, because a slave lags.
 */
final class PaymentRow
{
    private const HALF_A_TIYIN = 0.005;
    /** PHP writes a float into a statement with 14 digits. */
    private const FLOAT_TEXT_ERROR = 1e-13;
    private const SUM = '/^(\d{1,15})(?:\.(\d{1,2})0*)?$/D';

    private function __construct(
        public readonly int $orderId,
        /** Null when the sum is not whole tiyin, which Click cannot take. */
        public readonly ?int $sumTiyin,
        public readonly string $currency,
        public readonly bool $paid,
        public readonly string $isReturn,
        public readonly string $invoiceId,
        public readonly bool $orderCancelled,
        private readonly bool $orderPaid,
        private readonly float $orderSumPaid,
    ) {
    }

    /** Null when the payment or its order is deleted. */
    public static function read(int $paymentId): ?self
    {
        return self::find($paymentId, '');
    }

    /** Reads and locks the payment and its order until the end of the transaction. */
    public static function lock(int $paymentId): ?self
    {
        return self::find($paymentId, ' FOR UPDATE');
    }

    private static function find(int $paymentId, string $lock): ?self
    {
        $row = Application::getConnection()->query(
            'SELECT p.ORDER_ID, CAST(p.SUM AS CHAR) AS SUM, p.CURRENCY, p.PAID, p.IS_RETURN, p.PS_INVOICE_ID,'
            . ' o.CANCELED, o.PAYED, CAST(o.SUM_PAID AS CHAR) AS SUM_PAID'
            . " FROM b_sale_order_payment p INNER JOIN b_sale_order o ON o.ID = p.ORDER_ID WHERE p.ID = $paymentId$lock"
        )->fetch();
        if (!is_array($row)) {
            return null;
        }
        $text = static fn(string $name): string => is_scalar($row[$name] ?? null) ? (string) $row[$name] : '';
        return new self(
            (int) $text('ORDER_ID'),
            self::tiyin($text('SUM')),
            $text('CURRENCY'),
            $text('PAID') === 'Y',
            $text('IS_RETURN'),
            $text('PS_INVOICE_ID'),
            $text('CANCELED') === 'Y',
            $text('PAYED') === 'Y',
            (float) $text('SUM_PAID'),
        );
    }

    /**
     * The same from Bitrix's loaded objects, which a save writes back. Their sum is a float, so it is compared as a float with the expected one
     * and is null when it differs.
     */
    public static function loaded(Order $order, Payment $payment, int $expectedTiyin): self
    {
        $difference = abs($payment->getSum() - (float) sprintf('%d.%02d', intdiv($expectedTiyin, 100), $expectedTiyin % 100));
        return new self(
            (int) $order->getId(),
            $difference < self::HALF_A_TIYIN ? $expectedTiyin : null,
            (string) $payment->getField('CURRENCY'),
            $payment->isPaid(),
            (string) $payment->getField('IS_RETURN'),
            (string) $payment->getField('PS_INVOICE_ID'),
            $order->isCanceled(),
            $order->isPaid(),
            (float) $order->getSumPaid(),
        );
    }

    /** Whether the order's row matches the saved order, because Bitrix writes order and payments one after the other. */
    public function hasOrderOf(Order $saved): bool
    {
        $sumPaid = (float) $saved->getSumPaid();
        $tolerance = max(self::HALF_A_TIYIN, $sumPaid * self::FLOAT_TEXT_ERROR);
        return $this->orderPaid === $saved->isPaid() && abs($this->orderSumPaid - $sumPaid) < $tolerance;
    }

    /** `150000.5000` → 15000050. */
    private static function tiyin(string $sum): ?int
    {
        return preg_match(self::SUM, $sum, $parts) === 1
            ? (int) $parts[1] * 100 + (int) str_pad($parts[2] ?? '', 2, '0')
            : null;
    }
}
