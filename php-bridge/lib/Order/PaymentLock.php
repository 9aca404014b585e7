<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Application;
use Bitrix\Main\DB\SqlQueryException;
use ClickBridge\Log;

/**
 * Bitrix's own lock (GET_LOCK), one name a payment. On a database cluster it holds on one node only, and some servers refuse it altogether
 * (Percona XtraDB Cluster with pxc_strict_mode=ENFORCING), so it only spares work: the token of the lease is what excludes.
 */
final class PaymentLock
{
    private bool $wasRefused = false;

    /**
     * Does the work behind the lock, without waiting for it; where the server has no locks, without one.
     *
     * @template T
     * @param callable(): T $work
     * @param T $taken what to return, with nothing done, when somebody else has the lock
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

    /** Takes the lock, if nobody has it, until PHP ends: for a page that saves what it was told after this call. */
    public function keep(int $paymentId): void
    {
        try {
            Application::getConnection()->lock(self::name($paymentId), 0);
        } catch (SqlQueryException) {
            $this->tellRefused();
        }
    }

    /** By the payment's id: '1' and '1/1' name the same payment. */
    private static function name(int $paymentId): string
    {
        return "clickbridge_payment_$paymentId";
    }

    /** The end of the connection gives it back as well, so a failure must not hide how the work ended. */
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
