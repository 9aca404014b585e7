<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Application;
use Bitrix\Main\DB\SqlQueryException;
use Bitrix\Main\DB\TransactionException;
use ClickBridge\Log;
use Throwable;

/**
 * A transaction on Bitrix's own connection. Bitrix writes an order row after row in none, so a shop's event handler that fails between two
 * of them leaves the rest of the save, events and mail among it, lost for good.
 */
final class ShopTransaction
{
    /** Bitrix counts transactions that are begun inside others. One that a shop's handler has left open is ended with ours. */
    private const LEVELS_MAX = 16;

    /**
     * @template T
     * @param callable(): T $work
     * @param callable(T): bool $isToKeep
     * @return T what the work gave; kept only when it is to be
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

    /** Never throws: what a lost connection began is rolled back already. */
    public static function rollBack(): void
    {
        for ($level = 0; $level < self::LEVELS_MAX; $level += 1) {
            try {
                Application::getConnection()->rollbackTransaction();
                return;
            } catch (TransactionException) {
                // It was the end of an inner one; ours is still open.
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

    /** Whether the commit was one. No server changes the next transaction's character inside of a transaction. */
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
