<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use Bitrix\Main\Application;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Outcome;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\ChildProcess;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;

/** Appliers that die inside Bitrix's save, or come to the same payment together. Each is a PHP of its own. */
final class KilledApplierTest extends ApplierTestCase
{
    private const LOCK_SECONDS_MAX = 30;
    private const KILLED = 128 + SIGKILL;
    private const PARALLEL_APPLIERS = 12;

    private const APPLIED = "start\noutcome " . Outcome::OUTCOME_APPLIED . "\n";
    private const FOUND_APPLIED = 'outcome ' . Outcome::OUTCOME_APPLIED . "\n";
    private const RETRY = 'outcome ' . Outcome::OUTCOME_RETRY . "\n";

    #[DataProvider('points')]
    #[TestDox('an applier killed at $point: the next one ends with PAID=Y, one mail and one line of history')]
    public function testKilled(string $point, string $told): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $fifo = $this->pauseAt($point);
        $applier = $this->applier($update);
        $fifo->reached()('die');
        self::assertSame([self::KILLED, "start\n"], [$applier->wait(), $applier->output()]);
        $this->awaitLock($update);

        $next = $this->applier($update);

        self::assertSame([0, $told], [$next->wait(), $next->output()]);
        self::assertSame(['Y', 'Y', '1000.00'], [$order->payment()['PAID'], $order->row()['PAYED'], $order->row()['SUM_PAID']]);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    /**
     * Bitrix writes row after row in no transaction of its own: without ours no later save would tell anybody, once the order's own row says
     * paid. With it a death leaves nothing, and what is told in the end is told once.
     *
     * @return iterable<string, array{string, string}>
     */
    public static function points(): iterable
    {
        yield 'loaded' => ['order_loaded', self::APPLIED];
        yield 'nothing written' => ['before_save', self::APPLIED];
        yield 'half saved' => ['order_saved', self::APPLIED];
        yield 'both rows written' => ['payment_saved', self::APPLIED];
        yield 'all written, not committed' => ['after_save', self::APPLIED];
        yield 'all done, untold' => ['telling', self::FOUND_APPLIED];
    }

    #[TestDox('while one applier is inside its save, another leaves the payment alone and says RETRY')]
    public function testSecondWhileFirstSaves(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $fifo = $this->pauseAt('before_save');
        $first = $this->applier($update);
        $tell = $fifo->reached();

        $second = $this->applier($update);
        $secondEnded = [$second->wait(), $second->output()];
        $tell('go');

        self::assertSame([0, self::RETRY], $secondEnded);
        self::assertSame([0, self::APPLIED], [$first->wait(), $first->output()]);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('of twelve appliers with the same update one saves')]
    public function testParallel(): void
    {
        self::$shop->writeSettings();
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);

        $appliers = array_map(fn() => $this->applier($update), range(1, self::PARALLEL_APPLIERS));
        $codes = array_map(static fn(ChildProcess $applier) => $applier->wait(), $appliers);
        $told = array_map(static fn(ChildProcess $applier) => $applier->output(), $appliers);

        self::assertSame(array_fill(0, self::PARALLEL_APPLIERS, 0), $codes);
        self::assertSame(1, count(array_keys($told, self::APPLIED, true)));
        self::assertSame([], array_diff($told, [self::APPLIED, self::FOUND_APPLIED, self::RETRY]));
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    /** The database frees a dead process's lock when it has seen its connection end. */
    private function awaitLock(OrderUpdate $update): void
    {
        $lock = "clickbridge_payment_{$update->getPaymentId()}";
        self::assertTrue(Application::getConnection()->lock($lock, self::LOCK_SECONDS_MAX));
        Application::getConnection()->unlock($lock);
    }
}
