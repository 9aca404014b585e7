<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\Date;
use Bitrix\Main\Type\DateTime;
use ClickBridge\Contract\V1\OrderUpdate;

/** What a paid payment shows in Bitrix besides PAID. */
final class PaidFields
{
    /** Longer text makes Bitrix save the order and silently leave the payment as it was. */
    private const LENGTHS = [
        'PS_INVOICE_ID' => 250,
        'PS_STATUS_MESSAGE' => 250,
        'PS_STATUS_DESCRIPTION' => 250,
        'PS_STATUS_CODE' => 255,
        'PAY_VOUCHER_NUM' => 20,
    ];
    /** Uzbekistan keeps UTC+5 all year. */
    private const TASHKENT_OFFSET_S = 5 * 3600;

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
            // Shown beside the payment's "return" button, for managers of any language.
            'PS_STATUS_MESSAGE' => 'Click: возврат / qaytarish / refund ≤ ' . self::refundableUntil($update),
            // 1C takes the voucher's number out of Bitrix as the number of the payment.
            'PAY_VOUCHER_NUM' => $paydocId,
        ];
        foreach (self::LENGTHS as $name => $length) {
            $texts[$name] = mb_substr($texts[$name], 0, $length);
        }
        return $texts + [
            'PS_STATUS' => 'Y',
            'PS_SUM' => self::sums((int) $update->getAmountTiyin()),
            'PS_CURRENCY' => $update->getCurrency(),
            'PS_RESPONSE_DATE' => new DateTime(),
            'PAY_VOUCHER_DATE' => new Date(self::tashkentDay($update), 'Y-m-d'),
        ];
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
        return gmdate('Y-m-d', $seconds + self::TASHKENT_OFFSET_S);
    }
}
