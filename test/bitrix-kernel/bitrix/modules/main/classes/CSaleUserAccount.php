<?php

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Type\DateTime;
use StandIn\OrderNews;

/** The buyer's money at the shop. */
class CSaleUserAccount
{
    /** @return array<string, mixed>|false */
    public static function GetByUserID(int $userId, string $currency): array|false
    {
        $connection = Application::getConnection();
        $currency = $connection->getSqlHelper()->convertToDbString($currency);
        return $connection->query("SELECT * FROM b_sale_user_account WHERE USER_ID = $userId AND CURRENCY = $currency")->fetch();
    }

    /** A sum below zero is taken. */
    public static function UpdateAccount(
        int $userId,
        float|int|string $sum,
        string $currency,
        string $description = '',
        int $orderId = 0,
        string $notes = '',
        ?int $paymentId = null,
    ): bool {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $sum = (float) $sum;
        if (self::GetByUserID($userId, $currency) === false) {
            $account = $helper->assignments(['USER_ID' => $userId, 'CURRENCY' => $currency, 'CURRENT_BUDGET' => 0]);
            $connection->queryExecute("INSERT INTO b_sale_user_account SET $account");
        }
        $account = self::GetByUserID($userId, $currency) ?: [];
        $moved = (new DateTime())->toString();
        self::Update((int) $account['ID'], ['LOCKED' => 'Y'], ['~TIMESTAMP_X' => $moved]);
        self::Update((int) $account['ID'], ['CURRENT_BUDGET' => (float) $account['CURRENT_BUDGET'] + $sum]);
        self::Update((int) $account['ID'], ['LOCKED' => 'N', 'DATE_LOCKED' => null], ['~TIMESTAMP_X' => $moved]);
        $connection->queryExecute('INSERT INTO b_sale_user_transact SET TRANSACT_DATE = NOW(), ' . $helper->assignments([
            'USER_ID' => $userId,
            'AMOUNT' => abs($sum),
            'CURRENCY' => $currency,
            'DEBIT' => $sum > 0 ? 'Y' : 'N',
            'ORDER_ID' => $orderId === 0 ? null : $orderId,
            'PAYMENT_ID' => $paymentId,
            'DESCRIPTION' => $description,
            'NOTES' => $notes,
        ]));
        return true;
    }

    /**
     * @param array<string, mixed> $fields
     * @param array<string, mixed> $news what listeners are told beside them afterwards
     */
    private static function Update(int $id, array $fields, array $news = []): void
    {
        OrderNews::tellOldStyle('OnBeforeUserAccountUpdate', $id, $fields);
        $connection = Application::getConnection();
        $connection->queryExecute("UPDATE b_sale_user_account SET {$connection->getSqlHelper()->assignments($fields)} WHERE ID = $id");
        OrderNews::tellOldStyle('OnAfterUserAccountUpdate', $id, $fields + $news);
    }
}
