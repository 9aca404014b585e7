<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Application;
use Bitrix\Main\Config\Option;

/** The log of pay systems that the admin sees: rows in b_sale_pay_system_err_log. */
class Logger
{
    private const LEVEL_ALL = 0;
    private const LEVEL_ERROR = 1;

    public static function addError(string $error): void
    {
        self::add(self::LEVEL_ERROR, $error);
    }

    /** Kept only with the option sale/pay_system_log_level at 0. */
    public static function addDebugInfo(string $info): void
    {
        self::add(self::LEVEL_ALL, $info);
    }

    private static function add(int $level, string $message): void
    {
        if ((int) Option::get('sale', 'pay_system_log_level', self::LEVEL_ERROR) <= $level) {
            $connection = Application::getConnection();
            $values = $connection->getSqlHelper()->assignments(['MESSAGE' => $message]);
            $connection->queryExecute("INSERT INTO b_sale_pay_system_err_log SET $values");
        }
    }
}
