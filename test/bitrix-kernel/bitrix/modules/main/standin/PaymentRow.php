<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Application;
use Bitrix\Main\Type\Date;
use Bitrix\Sale\Result;
use Bitrix\Sale\ResultError;

/** Writes a payment's row, with the checks of Bitrix's ORM: one field too long, or no date, and nothing of the row is written. */
final class PaymentRow
{
    /** What may be set: neither ID nor ORDER_ID. */
    public const FIELDS = [
        'ACCOUNT_NUMBER', 'PAID', 'DATE_PAID', 'EMP_PAID_ID', 'PAY_SYSTEM_ID', 'PAY_SYSTEM_NAME', 'PS_STATUS', 'PS_INVOICE_ID',
        'PS_STATUS_CODE', 'PS_STATUS_DESCRIPTION', 'PS_STATUS_MESSAGE', 'PS_SUM', 'PS_CURRENCY', 'PS_RESPONSE_DATE', 'PS_RECURRING_TOKEN',
        'PS_CARD_NUMBER', 'PAY_VOUCHER_NUM', 'PAY_VOUCHER_DATE', 'DATE_PAY_BEFORE', 'DATE_BILL', 'XML_ID', 'SUM', 'PRICE_COD', 'CURRENCY',
        'PAY_RETURN_DATE', 'PAY_RETURN_NUM', 'PAY_RETURN_COMMENT', 'EMP_RETURN_ID', 'IS_RETURN', 'COMMENTS', 'MARKED', 'DATE_MARKED',
        'EMP_MARKED_ID', 'REASON_MARKED',
    ];
    /** PS_INVOICE_ID is not among them: MySQL cuts it to 250 without a word. */
    private const LENGTHS = [
        'PS_STATUS' => 1, 'PS_STATUS_CODE' => 255, 'PS_STATUS_DESCRIPTION' => 512, 'PS_STATUS_MESSAGE' => 250, 'PS_CURRENCY' => 3,
        'PAY_VOUCHER_NUM' => 20, 'PAY_RETURN_NUM' => 20, 'PS_CARD_NUMBER' => 64, 'PS_RECURRING_TOKEN' => 255,
    ];
    private const DATES = [
        'DATE_PAID', 'PS_RESPONSE_DATE', 'PAY_VOUCHER_DATE', 'DATE_PAY_BEFORE', 'DATE_BILL', 'PAY_RETURN_DATE', 'DATE_MARKED',
    ];

    /** @param array<string, mixed> $values of a new row when the id is 0 */
    public static function write(int $id, array $values): Result
    {
        $result = new Result();
        foreach (array_intersect_key($values, self::LENGTHS) as $name => $value) {
            if (is_scalar($value) && mb_strlen((string) $value) > self::LENGTHS[$name]) {
                $max = self::LENGTHS[$name];
                $result->addError(new ResultError("The value of $name is longer than $max characters", 'BX_INVALID_VALUE'));
            }
        }
        foreach (array_intersect_key($values, array_flip(self::DATES)) as $name => $value) {
            if ($value !== null && !$value instanceof Date) {
                $result->addError(new ResultError("The value of $name is no date", 'BX_INVALID_VALUE'));
            }
        }
        if ($result->isSuccess()) {
            $connection = Application::getConnection();
            $set = $connection->getSqlHelper()->assignments($values);
            $connection->queryExecute(
                $id === 0 ? "INSERT INTO b_sale_order_payment SET $set" : "UPDATE b_sale_order_payment SET $set WHERE ID = $id"
            );
            $result->setId($id === 0 ? $connection->getInsertedId() : $id);
        }
        return $result;
    }

    public static function isNumberTaken(mixed $number, int $id): bool
    {
        $connection = Application::getConnection();
        $text = $connection->getSqlHelper()->convertToDbString((string) $number);
        return $connection->queryScalar("SELECT ID FROM b_sale_order_payment WHERE ACCOUNT_NUMBER = $text AND ID <> $id") !== null;
    }
}
