<?php

declare(strict_types=1);

use Bitrix\Main\Application;

/** Currencies of the shop. A refusal is `false`, with the reason at `$APPLICATION`. */
class CCurrency
{
    /** @return array<string, mixed>|false */
    public static function GetByID(string $currency): array|false
    {
        $connection = Application::getConnection();
        $code = $connection->getSqlHelper()->convertToDbString($currency);
        return $connection->query("SELECT * FROM b_catalog_currency WHERE CURRENCY = $code")->fetch();
    }

    public static function GetBaseCurrency(): string
    {
        $sql = "SELECT CURRENCY FROM b_catalog_currency WHERE BASE = 'Y'";
        return (string) Application::getConnection()->queryScalar($sql);
    }

    /**
     * A new base currency takes the flag from the one before, whose prices then mean something else: nobody is asked.
     *
     * @param array<string, mixed> $arFields
     */
    public static function Add(array $arFields): string|false
    {
        $currency = (string) ($arFields['CURRENCY'] ?? '');
        if (preg_match('/^[A-Z]{3}$/D', $currency) !== 1) {
            return self::refuse('The code of a currency has three letters');
        }
        if (self::GetByID($currency) !== false) {
            return self::refuse("The currency $currency exists already");
        }
        $fields = $arFields + ['AMOUNT_CNT' => 0, 'AMOUNT' => 0, 'SORT' => 100, 'BASE' => 'N', 'NUMCODE' => ''];
        if (!self::isRight($fields)) {
            return false;
        }
        $connection = Application::getConnection();
        if ($fields['BASE'] === 'Y') {
            $connection->queryExecute("UPDATE b_catalog_currency SET BASE = 'N'");
            $fields = ['AMOUNT' => 1, 'AMOUNT_CNT' => 1] + $fields;
        }
        $names = ['CURRENCY', 'AMOUNT_CNT', 'AMOUNT', 'SORT', 'BASE', 'NUMCODE'];
        $assignments = $connection->getSqlHelper()->assignments(array_intersect_key($fields, array_flip($names)));
        $connection->queryExecute("INSERT INTO b_catalog_currency SET $assignments");
        self::countRates();
        return $currency;
    }

    /**
     * Writes the fields that are given, and only those: whoever hands the whole row back writes its rate as well. Of a currency that is not there it
     * says nothing.
     *
     * @param array<string, mixed> $arFields
     */
    public static function Update(string $currency, array $arFields): string|false
    {
        $row = self::GetByID($currency);
        if ($row === false) {
            return $currency;
        }
        if (($arFields['CURRENCY'] ?? $currency) !== $currency) {
            return self::refuse('A currency keeps its code');
        }
        if ($arFields === []) {
            return $currency;
        }
        if (!self::isRight($arFields + $row)) {
            return false;
        }
        // The base currency is changed by a method of its own.
        $written = array_diff_key($arFields, ['CURRENCY' => true, 'BASE' => true]);
        if ($row['BASE'] === 'Y') {
            $written = array_merge($written, ['AMOUNT' => 1, 'AMOUNT_CNT' => 1]);
        }
        $connection = Application::getConnection();
        $code = $connection->getSqlHelper()->convertToDbString($currency);
        $assignments = $connection->getSqlHelper()->assignments($written);
        $connection->queryExecute("UPDATE b_catalog_currency SET $assignments WHERE CURRENCY = $code");
        self::countRates();
        return $currency;
    }

    /** With its formats; never the base currency. */
    public static function Delete(string $currency): bool
    {
        $row = self::GetByID($currency);
        if ($row === false || $row['BASE'] === 'Y') {
            return self::refuse("The currency $currency is not there, or is the base one");
        }
        $connection = Application::getConnection();
        $code = $connection->getSqlHelper()->convertToDbString($currency);
        $connection->queryExecute("DELETE FROM b_catalog_currency WHERE CURRENCY = $code");
        $connection->queryExecute("DELETE FROM b_catalog_currency_lang WHERE CURRENCY = $code");
        return true;
    }

    /** @param array<string, mixed> $fields */
    private static function isRight(array $fields): bool
    {
        if ((float) $fields['AMOUNT'] <= 0 || (int) $fields['AMOUNT_CNT'] <= 0) {
            return self::refuse('A currency has a rate above 0');
        }
        $code = (string) $fields['NUMCODE'];
        return $code === '' || preg_match('/^\d{3}$/D', $code) === 1 ?: self::refuse('The numeric code has three digits');
    }

    private static function countRates(): void
    {
        Application::getConnection()->queryExecute(
            "UPDATE b_catalog_currency c JOIN (SELECT AMOUNT / AMOUNT_CNT AS rate FROM b_catalog_currency WHERE BASE = 'Y') b"
            . ' SET c.CURRENT_BASE_RATE = c.AMOUNT / c.AMOUNT_CNT / b.rate'
        );
    }

    private static function refuse(string $why): false
    {
        global $APPLICATION;
        $APPLICATION->ThrowException($why);
        return false;
    }
}
