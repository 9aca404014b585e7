<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use Bitrix\Main\Application;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Outcome;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Order\CatchUp;
use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\RecordedUpdates;
use ClickBridge\Test\Support\ShopOrder;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\TestDox;

/** The lock in front of the applier: it spares work, and a server that has none must not stop payments from being marked. */
final class PaymentLockTest extends ApplierTestCase
{
    /** As Percona XtraDB Cluster with pxc_strict_mode=ENFORCING answers GET_LOCK. */
    private const REFUSED = "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1105, MESSAGE_TEXT = 'prohibits use of GET_LOCK'";
    private const NULL = 'SELECT NULL';

    private string $log;
    private string $logBefore;

    protected function setUp(): void
    {
        parent::setUp();
        $this->log = self::$shop->root . '/log';
        $this->logBefore = (string) ini_set('error_log', $this->log);
        file_put_contents($this->log, '');
    }

    protected function tearDown(): void
    {
        ini_set('error_log', $this->logBefore);
    }

    #[TestDox('a server that refuses the lock: the payments are marked by the token alone, and the log says it once')]
    public function testRefused(): void
    {
        $orders = [self::$shop->addOrder(), self::$shop->addOrder()];
        $this->beginHit(['lock_statement' => self::REFUSED]);
        $updates = new RecordedUpdates(array_map(static fn(ShopOrder $order): OrderUpdate => Updates::markPaid($order, 100_000), $orders));

        CatchUp::applyDue($updates);

        self::assertSame([Outcome::OUTCOME_APPLIED, Outcome::OUTCOME_APPLIED], array_column($updates->results, 'outcome'));
        self::assertSame(2, $updates->started);
        self::assertSame(['history' => 1, 'mails' => 1], $orders[0]->sideEffects());
        self::assertSame(1, substr_count((string) file_get_contents($this->log), 'click-bridge: the database server refuses locks'));
    }

    #[TestDox('a server that refuses the lock: without the lease nothing is saved')]
    public function testRefusedAndLeaseLost(): void
    {
        $order = self::$shop->addOrder();
        $this->beginHit(['lock_statement' => self::REFUSED]);

        $ending = $this->apply(Updates::markPaid($order, 100_000), new RecordedUpdates([], static fn() => null));

        self::assertSame([null, 'N'], [$ending, $order->payment()['PAID']]);
    }

    #[TestDox('a lock that is not free is RETRY, and the lease is left alone')]
    public function testTaken(): void
    {
        $order = self::$shop->addOrder();
        $holder = Application::getConnection();
        $holder->lock("clickbridge_payment_$order->paymentId");
        $this->beginHit();
        $updates = new RecordedUpdates();

        $ending = $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame(['RETRY', 0, 'N'], [$ending, $updates->started, $order->payment()['PAID']]);
        $holder->disconnect();
    }

    #[TestDox('a lock that is answered with NULL is RETRY as well')]
    public function testNull(): void
    {
        $order = self::$shop->addOrder();
        $this->beginHit(['lock_statement' => self::NULL]);
        $updates = new RecordedUpdates();

        $ending = $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame(['RETRY', 0, 'N'], [$ending, $updates->started, $order->payment()['PAID']]);
    }

    #[TestDox('a lock that cannot be given back does not spoil what was done under it')]
    public function testUnlockRefused(): void
    {
        $order = self::$shop->addOrder();
        $this->beginHit(['unlock_statement' => self::REFUSED]);

        $ending = $this->apply(Updates::markPaid($order, 100_000));

        self::assertSame(['APPLIED', 'Y'], [$ending, $order->payment()['PAID']]);
    }
}
