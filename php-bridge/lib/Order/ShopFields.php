<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\Date;
use Bitrix\Sale\Payment;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Contract\V1\ShopFields as Sent;

/** What the service says that a payment is to show in Bitrix, as Bitrix takes it; and PS_INVOICE_ID, which says whose mark a payment has. */
final class ShopFields
{
    private const MARK = 'clickbridge:';

    /** By this a repeat knows its own work. */
    public static function mark(OrderUpdate $update): string
    {
        return self::MARK . $update->getAttemptId();
    }

    /** The attempt that gave a payment this mark; null when another module or a person marked it. */
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
     * Of a payment whose money Click gave back. For `setFieldsNoDemand` alone: any other way of setting IS_RETURN has Bitrix ask the handler to
     * refund.
     *
     * @return array<string, mixed> besides IS_RETURN and PAID
     */
    public static function ofReturned(Payment $payment, ?Sent $sent): array
    {
        // The manager who returns it may have typed another day.
        $isTyped = (string) $payment->getField('PAY_RETURN_DATE') !== '';
        return array_diff_key(self::of($sent), $isTyped ? ['PAY_RETURN_DATE' => true] : []);
    }
}
