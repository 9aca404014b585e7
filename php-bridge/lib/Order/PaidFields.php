<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\Date;
use Bitrix\Main\Type\DateTime;
use ClickBridge\Contract\V1\OrderUpdate;

/** What a paid payment shows in Bitrix besides PAID. */
final class PaidFields
{
    /** Shown beside the payment's "return" button, for managers of any language. */
    private const REFUNDABLE_UNTIL = 'Click: возврат / qaytarish / refund ≤ ';

    /** By this a repeat knows its own work. */
    public static function invoiceId(OrderUpdate $update): string
    {
        return self::invoiceIdOf((int) $update->getAttemptId());
    }

    public static function invoiceIdOf(int $attemptId): string
    {
        return "clickbridge:$attemptId";
    }

    /** @return array<string, mixed> fields of Bitrix\Sale\Payment */
    public static function of(OrderUpdate $update): array
    {
        $paydocId = $update->getClickPaydocId();
        $texts = [
            'PS_INVOICE_ID' => self::invoiceId($update),
            'PS_STATUS_CODE' => '0',
            'PS_STATUS_DESCRIPTION' => "Click: payment $paydocId, transaction {$update->getClickTransId()}",
            'PS_STATUS_MESSAGE' => self::REFUNDABLE_UNTIL . self::refundableUntil($update),
            // 1C takes the voucher's number out of Bitrix as the number of the payment.
            'PAY_VOUCHER_NUM' => $paydocId,
        ];
        return PsText::fit($texts) + [
            'PS_STATUS' => 'Y',
            'PS_SUM' => self::sums((int) $update->getAmountTiyin()),
            'PS_CURRENCY' => $update->getCurrency(),
            'PS_RESPONSE_DATE' => new DateTime(),
            'PAY_VOUCHER_DATE' => new Date(self::tashkentDay($update), 'Y-m-d'),
        ];
    }

    /** The part of a message of Bitrix's payment that says until when Click returns it; empty when there is none. */
    public static function refundableIn(string $message): string
    {
        return (string) strstr($message, self::REFUNDABLE_UNTIL);
    }

    /** Click reverses payments of this month, and last month's on the 1st only (docs.click.uz, merchant API, reversal). In Tashkent. */
    private static function refundableUntil(OrderUpdate $update): string
    {
        [$year, $month] = array_map(intval(...), explode('-', self::tashkentDay($update)));
        return gmdate('d.m.Y', (int) gmmktime(0, 0, 0, $month + 1, 1, $year));
    }

    private static function sums(int $tiyin): string
    {
        return sprintf('%d.%02d', intdiv($tiyin, 100), $tiyin % 100);
    }

    private static function tashkentDay(OrderUpdate $update): string
    {
        $seconds = (int) ($update->getCaptureTime()?->getSeconds() ?? time());
        return TashkentDay::of($seconds);
    }
}
