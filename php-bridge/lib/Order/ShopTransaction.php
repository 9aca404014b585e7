<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Application;
use Bitrix\Main\DB\SqlQueryException;
use Bitrix\Main\DB\TransactionException;
use ClickBridge\Log;
use Throwable;

/**
 * A transaction on Bitrix's own connection. Bitrix saves an order row by row without one, so when an event handler of the shop fails in
 * between, the rest of the save, including events and mail, is lost.
 */
final class ShopTransaction
{
    /** Bitrix counts nested transactions. One that an event handler left open ends with ours. */
    private const LEVELS_MAX = 16;

    /**
     * @template T
     * @param callable(): T $work
     * @param callable(T): bool $isToKeep
     * @return T the result of the work, committed only if `$isToKeep`
     */
    public static function around(callable $work, callable $isToKeep): mixed
    {
        Application::getConnection()->startTransaction();
        try {
            $result = $work();
            if ($isToKeep($result)) {
                self::commit();
                return $result;
            }
        } catch (Throwable $error) {
            self::rollBack();
            throw $error;
        }
        self::rollBack();
        return $result;
    }

    /** Never throws: the transaction of a lost connection is already rolled back. */
    public static function rollBack(): void
    {
        for ($level = 0; $level < self::LEVELS_MAX; $level += 1) {
            try {
                Application::getConnection()->rollbackTransaction();
                return;
            } catch (TransactionException) {
                // An inner one ended; ours is still open.
            } catch (Throwable $error) {
                Log::bug('a rollback', $error);
                return;
            }
        }
    }

    private static function commit(): void
    {
        $connection = Application::getConnection();
        for ($level = 0; $level < self::LEVELS_MAX; $level += 1) {
            $connection->commitTransaction();
            if (!self::isOpen()) {
                return;
            }
        }
        throw new \LogicException('the transaction stays open');
    }

    /** Whether a transaction is open: inside one, no server allows to change the characteristics of the next. */
    private static function isOpen(): bool
    {
        try {
            Application::getConnection()->queryExecute('SET TRANSACTION READ WRITE');
            return false;
        } catch (SqlQueryException) {
            return true;
        }
    }
}
