<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Main\ArgumentException;
use Bitrix\Main\Type\Date;

/** Writes a payment's row, with the checks of Bitrix's ORM: one field too long, and nothing of the row is written. Ours. */
final class PaymentRow
{
    /** PS_INVOICE_ID is not among them: MySQL cuts it to 250 without a word. */
    private const LENGTHS = [
        'PS_STATUS_CODE' => 255, 'PS_STATUS_DESCRIPTION' => 512, 'PS_STATUS_MESSAGE' => 250, 'PS_CURRENCY' => 3, 'PAY_VOUCHER_NUM' => 20,
        'PAY_RETURN_NUM' => 20, 'PS_CARD_NUMBER' => 64, 'PS_RECURRING_TOKEN' => 255,
    ];
    private const DATES = ['DATE_PAID', 'PS_RESPONSE_DATE', 'PAY_VOUCHER_DATE', 'DATE_PAY_BEFORE', 'DATE_BILL', 'PAY_RETURN_DATE', 'DATE_MARKED'];

    /** @param array<string, mixed> $values */
    public static function write(int $id, array $values): Result
    {
        $result = new Result();
        foreach (array_intersect_key($values, self::LENGTHS) as $name => $value) {
            if (mb_strlen((string) $value) > self::LENGTHS[$name]) {
                $max = self::LENGTHS[$name];
                $result->addError(new ResultError("The value of $name is longer than $max characters", 'BX_INVALID_VALUE'));
            }
        }
        foreach (array_intersect_key($values, array_flip(self::DATES)) as $name => $value) {
            if ($value !== null && !$value instanceof Date) {
                throw new ArgumentException("$name must be a Bitrix\\Main\\Type\\Date", $name);
            }
        }
        if ($result->isSuccess()) {
            $connection = Application::getConnection();
            $set = $connection->getSqlHelper()->assignments($values);
            $connection->queryExecute("UPDATE b_sale_order_payment SET $set WHERE ID = $id");
        }
        return $result;
    }
}
