<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Main\Config\Option;
use Bitrix\Main\Context;

/** Bitrix's rounding, in floats. Not for comparing money: what it gives depends on options and on the language of the hit. */
class PriceMaths
{
    private const DEFAULT_PRECISION = 2;

    public static function roundPrecision(float|int|string $value): float
    {
        return round((float) $value, (int) Option::get('sale', 'value_precision', self::DEFAULT_PRECISION));
    }

    /** By the currency's DECIMALS in the current language: with 0, 150000.50 becomes 150001. */
    public static function roundByFormatCurrency(float|int|string $price, string $currency): float
    {
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $language = $helper->convertToDbString(Context::getCurrent()->getLanguage());
        $decimals = $connection->queryScalar(
            'SELECT DECIMALS FROM b_catalog_currency_lang'
            . " WHERE CURRENCY = {$helper->convertToDbString($currency)} AND LID = $language"
        );
        return round((float) $price, (int) ($decimals ?? self::DEFAULT_PRECISION));
    }
}
