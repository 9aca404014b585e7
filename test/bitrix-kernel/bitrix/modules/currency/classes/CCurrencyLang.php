<?php

declare(strict_types=1);

use Bitrix\Main\Application;

/** How a currency is written in one language. */
class CCurrencyLang
{
    public const SEP_SPACE = 'S';

    private const SEPARATORS = ['N' => '', 'D' => '.', 'C' => ',', 'S' => ' ', 'B' => '&nbsp;'];
    private const NAMES = [
        'CURRENCY', 'LID', 'FORMAT_STRING', 'FULL_NAME', 'DEC_POINT', 'THOUSANDS_SEP', 'THOUSANDS_VARIANT', 'DECIMALS', 'HIDE_ZERO',
    ];

    /** @return array<string, mixed>|false */
    public static function GetByID(string $currency, string $language): array|false
    {
        return Application::getConnection()
            ->query('SELECT * FROM b_catalog_currency_lang WHERE ' . self::place($currency, $language))
            ->fetch();
    }

    /** @param array<string, mixed> $arFields */
    public static function Add(array $arFields): bool
    {
        $currency = (string) ($arFields['CURRENCY'] ?? '');
        $language = (string) ($arFields['LID'] ?? '');
        if (CCurrency::GetByID($currency) === false || self::GetByID($currency, $language) !== false) {
            return self::refuse("The currency $currency is not there, or has a format in $language");
        }
        $fields = $arFields + ['FORMAT_STRING' => '#', 'DEC_POINT' => '.', 'DECIMALS' => 2, 'HIDE_ZERO' => 'N'];
        self::write('INSERT INTO b_catalog_currency_lang SET ', $fields, '');
        return true;
    }

    /** @param array<string, mixed> $arFields */
    public static function Update(string $currency, string $language, array $arFields): bool
    {
        if (self::GetByID($currency, $language) === false) {
            return self::refuse("$currency has no format in $language");
        }
        self::write('UPDATE b_catalog_currency_lang SET ', $arFields, ' WHERE ' . self::place($currency, $language));
        return true;
    }

    /** A sum as a page shows it: zeros behind the point are left out where HIDE_ZERO says so. */
    public static function CurrencyFormat(float $price, string $currency, string $language): string
    {
        $format = self::GetByID($currency, $language);
        if ($format === false) {
            return (string) $price;
        }
        $isWhole = $format['HIDE_ZERO'] === 'Y' && round($price, (int) $format['DECIMALS']) === floor($price);
        $separator = self::SEPARATORS[$format['THOUSANDS_VARIANT'] ?? ''] ?? (string) $format['THOUSANDS_SEP'];
        $number = number_format($price, $isWhole ? 0 : (int) $format['DECIMALS'], (string) $format['DEC_POINT'], $separator);
        return str_replace('#', $number, (string) $format['FORMAT_STRING']);
    }

    /** @param array<string, mixed> $fields */
    private static function write(string $verb, array $fields, string $where): void
    {
        $known = array_intersect_key($fields, array_flip(self::NAMES));
        // A named separator stands before a written one, which is then forgotten.
        if (isset(self::SEPARATORS[$known['THOUSANDS_VARIANT'] ?? ''])) {
            $known['THOUSANDS_SEP'] = null;
        }
        $connection = Application::getConnection();
        $connection->queryExecute($verb . $connection->getSqlHelper()->assignments($known) . $where);
    }

    private static function place(string $currency, string $language): string
    {
        $helper = Application::getConnection()->getSqlHelper();
        return "CURRENCY = {$helper->convertToDbString($currency)} AND LID = {$helper->convertToDbString($language)}";
    }

    private static function refuse(string $why): false
    {
        global $APPLICATION;
        $APPLICATION->ThrowException($why);
        return false;
    }
}
