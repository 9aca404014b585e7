<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\Date;
use Bitrix\Sale\Payment;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Contract\V1\ShopFields as Sent;

/** The service's fields of a payment in Bitrix's format; and PS_INVOICE_ID, which has the attempt that set the payment paid. */
final class ShopFields
{
    private const MARK = 'clickbridge:';

    /** The PS_INVOICE_ID by which a retry recognises its own save. */
    public static function mark(OrderUpdate $update): string
    {
        return self::MARK . $update->getAttemptId();
    }

    /** The attempt in a PS_INVOICE_ID; null when another module or a person set the payment paid. */
    public static function attemptIdOf(string $mark): ?int
    {
        return preg_match('/^' . self::MARK . '([1-9]\d{0,9})$/D', $mark, $found) === 1 ? (int) $found[1] : null;
    }

    /** @return array<string, mixed> fields of Bitrix\Sale\Payment */
    public static function of(?Sent $sent): array
    {
        $fields = [];
        foreach ($sent?->getTexts() ?? [] as $name => $text) {
            $fields[$name] = $text;
        }
        foreach ($sent?->getDays() ?? [] as $name => $day) {
            $fields[$name] = new Date($day, 'Y-m-d');
        }
        return $fields;
    }

    /**
     * Fields of a refunded payment. Only for `setFieldsNoDemand`: any other way to set IS_RETURN makes Bitrix call the handler's refund.
     *
     * @return array<string, mixed> besides IS_RETURN and PAID
     */
    public static function ofReturned(Payment $payment, ?Sent $sent): array
    {
        // The manager may have entered another day.
        $isTyped = (string) $payment->getField('PAY_RETURN_DATE') !== '';
        return array_diff_key(self::of($sent), $isTyped ? ['PAY_RETURN_DATE' => true] : []);
    }
}
