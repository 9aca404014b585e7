<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Application;
use Bitrix\Main\DB\SqlQueryException;
use ClickBridge\Log;

/**
 * Bitrix's own lock (GET_LOCK), one name per payment. On a database cluster it works on one node only, and some servers refuse it (Percona
 * XtraDB Cluster with pxc_strict_mode=ENFORCING), so it only saves work: the lease's token guarantees exclusion.
 */
final class PaymentLock
{
    private bool $wasRefused = false;

    /**
     * Runs the work under the lock, without waiting for it; without a lock when the server has none.
     *
     * @template T
     * @param callable(): T $work
     * @param T $taken returned, without the work, when another process has the lock
     * @return T
     */
    public function behind(int $paymentId, callable $work, mixed $taken): mixed
    {
        $name = self::name($paymentId);
        try {
            if (!Application::getConnection()->lock($name, 0)) {
                return $taken;
            }
        } catch (SqlQueryException) {
            $this->tellRefused();
            return $work();
        }
        try {
            return $work();
        } finally {
            self::giveBack($name);
        }
    }

    /** Takes the lock, if it is free, until PHP ends: for a page that saves after this call. */
    public function keep(int $paymentId): void
    {
        try {
            Application::getConnection()->lock(self::name($paymentId), 0);
        } catch (SqlQueryException) {
            $this->tellRefused();
        }
    }

    /** Uses the payment's id, because '1' and '1/1' are the same payment. */
    private static function name(int $paymentId): string
    {
        return "clickbridge_payment_$paymentId";
    }

    /** The end of the connection releases it too, so a failure here must not hide the result of the work. */
    private static function giveBack(string $name): void
    {
        try {
            Application::getConnection()->unlock($name);
        } catch (SqlQueryException $error) {
            Log::bug("giving back $name", $error);
        }
    }

    private function tellRefused(): void
    {
        if (!$this->wasRefused) {
            Log::line('the database server refuses locks: order updates go on without, by the token of their lease');
        }
        $this->wasRefused = true;
    }
}
