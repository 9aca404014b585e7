<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\Date;
use Bitrix\Main\Type\DateTime;
use ClickBridge\Contract\V1\OrderUpdate;
use Google\Protobuf\Timestamp;

/** What a paid payment shows in Bitrix besides PAID. */
final class PaidFields
{
    /** Shown beside the payment's "return" button, for managers of any language. */
    private const REFUNDABLE_UNTIL = 'Click: возврат / qaytarish / refund ≤ ';

    private const PREFIX = 'clickbridge:';

    /** By this a repeat knows its own work. */
    public static function invoiceId(OrderUpdate $update): string
    {
        return self::PREFIX . $update->getAttemptId();
    }

    /** The attempt that gave a payment this mark; null when another one did, or a person. */
    public static function attemptIdOf(string $invoiceId): ?int
    {
        $isOurs = preg_match('/^' . self::PREFIX . '([1-9]\d{0,9})$/D', $invoiceId, $found) === 1;
        return $isOurs ? (int) $found[1] : null;
    }

    /** @return array<string, mixed> fields of Bitrix\Sale\Payment */
    public static function of(OrderUpdate $update): array
    {
        $clickPaymentId = $update->getClickPaymentId();
        $texts = [
            'PS_INVOICE_ID' => self::invoiceId($update),
            'PS_STATUS_CODE' => '0',
            'PS_STATUS_DESCRIPTION' => "Click: payment $clickPaymentId, transaction {$update->getClickTransId()}",
            'PS_STATUS_MESSAGE' => self::refundableUntil($update->getRefundableUntil()),
            // 1C takes the voucher's number out of Bitrix as the number of the payment.
            'PAY_VOUCHER_NUM' => $clickPaymentId,
        ];
        return PsText::fit($texts) + [
            'PS_STATUS' => 'Y',
            'PS_SUM' => self::sums((int) $update->getAmountTiyin()),
            'PS_CURRENCY' => $update->getCurrency(),
            'PS_RESPONSE_DATE' => new DateTime(),
            'PAY_VOUCHER_DATE' => new Date(self::tashkentDay($update), 'Y-m-d'),
        ];
    }

    /** The same part of a message that has it. */
    public static function refundableIn(string $message): string
    {
        return (string) strstr($message, self::REFUNDABLE_UNTIL);
    }

    /** The part of a message of Bitrix's payment that says until when Click returns it; empty when nobody knows. */
    public static function refundableUntil(?Timestamp $until): string
    {
        $day = $until === null ? '' : implode('.', array_reverse(explode('-', TashkentDay::of((int) $until->getSeconds()))));
        return $day === '' ? '' : self::REFUNDABLE_UNTIL . $day;
    }

    private static function sums(int $tiyin): string
    {
        return sprintf('%d.%02d', intdiv($tiyin, 100), $tiyin % 100);
    }

    private static function tashkentDay(OrderUpdate $update): string
    {
        return TashkentDay::of((int) ($update->getCaptureTime()?->getSeconds() ?? time()));
    }
}
