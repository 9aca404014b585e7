<?php

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Context;

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

    /**
     * A second one of the same currency and language is the database's own exception.
     *
     * @param array<string, mixed> $arFields
     */
    public static function Add(array $arFields): bool
    {
        $currency = (string) ($arFields['CURRENCY'] ?? '');
        if (CCurrency::GetByID($currency) === false) {
            return self::refuse("There is no currency $currency");
        }
        $fields = $arFields + ['FORMAT_STRING' => '#', 'DEC_POINT' => '.', 'DECIMALS' => 2, 'HIDE_ZERO' => 'N'];
        return self::write('INSERT INTO b_catalog_currency_lang SET ', $fields, '');
    }

    /** @param array<string, mixed> $arFields */
    public static function Update(string $currency, string $language, array $arFields): bool
    {
        if (self::GetByID($currency, $language) === false) {
            return self::refuse("$currency has no format in $language");
        }
        return self::write('UPDATE b_catalog_currency_lang SET ', $arFields, ' WHERE ' . self::place($currency, $language));
    }

    /**
     * A sum as a page in the current language shows it: zeros behind the point are left out where HIDE_ZERO says so. Without the template it is
     * the number alone.
     */
    public static function CurrencyFormat(float $price, string $currency, bool $useTemplate = true): string
    {
        $format = self::GetByID($currency, Context::getCurrent()->getLanguage());
        if ($format === false) {
            return (string) $price;
        }
        $isWhole = $format['HIDE_ZERO'] === 'Y' && round($price, (int) $format['DECIMALS']) === floor($price);
        $separator = self::SEPARATORS[$format['THOUSANDS_VARIANT'] ?? ''] ?? (string) $format['THOUSANDS_SEP'];
        $number = number_format($price, $isWhole ? 0 : (int) $format['DECIMALS'], (string) $format['DEC_POINT'], $separator);
        return $useTemplate ? str_replace('#', $number, (string) $format['FORMAT_STRING']) : $number;
    }

    /**
     * A separator that is named stands before one that is written, whose text it sets.
     *
     * @param array<string, mixed> $fields
     */
    private static function write(string $verb, array $fields, string $where): bool
    {
        $known = array_intersect_key($fields, array_flip(self::NAMES));
        if (isset($known['THOUSANDS_VARIANT'])) {
            $separator = self::SEPARATORS[$known['THOUSANDS_VARIANT']] ?? null;
            if ($separator === null) {
                return self::refuse('There is no separator of this name');
            }
            $known['THOUSANDS_SEP'] = $separator;
        }
        $connection = Application::getConnection();
        $connection->queryExecute($verb . $connection->getSqlHelper()->assignments($known) . $where);
        return true;
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
