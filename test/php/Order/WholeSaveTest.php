<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use Bitrix\Main\Application;
use Bitrix\Main\EventManager;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Outcome;
use ClickBridge\Order\Applier;
use ClickBridge\Order\CatchUp;
use ClickBridge\Order\ApplyResult;
use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\RecordedUpdates;
use ClickBridge\Test\Support\ShopOrder;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use RuntimeException;

/** A save is whole or leaves nothing, whatever the shop's own event handlers do in it. */
final class WholeSaveTest extends ApplierTestCase
{
    private const INIT = 'bitrix/php_interface/init.php';
    private const STARTED_APPLIED = "start\noutcome " . Outcome::OUTCOME_APPLIED . "\n";
    private const FOUND_APPLIED = 'outcome ' . Outcome::OUTCOME_APPLIED . "\n";

    private string $log = '';

    protected function setUp(): void
    {
        parent::setUp();
        $this->log = (string) ini_set('error_log', '/dev/null');
    }

    protected function tearDown(): void
    {
        ini_set('error_log', $this->log);
        @unlink(self::$shop->root . '/' . self::INIT);
    }

    /** @return iterable<array{string}> */
    public static function events(): iterable
    {
        yield ['OnSalePaymentSetField'];
        yield ['OnSaleOrderBeforeSaved'];
        yield ['OnSaleOrderEntitySaved'];
        yield ['OnSalePaymentEntitySaved'];
        yield ['OnPaymentPaid'];
        yield ['OnSaleOrderSaved'];
        yield ['OnSaleOrderPaid'];
        yield ['OnSalePayOrder'];
    }

    #[DataProvider('events')]
    #[TestDox('a handler of $event that throws leaves nothing written, and the next try does and tells all of it once')]
    public function testThrows(string $event): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $before = self::everything($order);
        self::listen($event, static fn() => throw new RuntimeException('phone 998901234567'));
        $updates = new RecordedUpdates();

        $broken = $this->apply($update, $updates);
        $left = self::everything($order);
        $this->beginHit();
        $healed = $this->apply($update);

        self::assertSame(['RETRY', 'failed: RuntimeException'], [$broken, $updates->results[0]->detail]);
        self::assertSame($before, $left);
        self::assertSame(['APPLIED', 'Y', 'Y'], [$healed, $order->payment()['PAID'], $order->row()['PAYED']]);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    /** @return iterable<string, array{string, string}> */
    public static function deaths(): iterable
    {
        foreach (['exit' => 'exit;', 'too much memory' => 'ini_set("memory_limit", "24M"); str_repeat("x", 1 << 28);'] as $name => $death) {
            foreach (['OnSaleOrderEntitySaved', 'OnPaymentPaid', 'OnSaleOrderPaid'] as $event) {
                yield "$name in $event" => [$event, $death];
            }
        }
    }

    #[DataProvider('deaths')]
    #[TestDox('PHP that ends by $_dataName leaves nothing written and gives the update back at once; the next one does all of it')]
    public function testDies(string $event, string $death): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $before = self::everything($order);
        self::listenInProcesses($event, $death);

        $first = $this->applier($update);
        $first->wait();
        $left = self::everything($order);
        unlink(self::$shop->root . '/' . self::INIT);
        $second = $this->applier($update);
        $second->wait();

        // PHP may print why it died.
        self::assertStringStartsWith("start\n", $first->output());
        self::assertStringEndsWith('outcome ' . Outcome::OUTCOME_RETRY . "\n", $first->output());
        self::assertSame($before, $left);
        self::assertSame(self::STARTED_APPLIED, $second->output());
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('PHP that ends in a save without a transaction tells what the payment\'s row shows then')]
    public function testDiesInParts(): void
    {
        $order = self::$shop->addOrder();
        self::listenInProcesses('OnSaleOrderPaid', 'exit;');

        $applier = $this->applier(Updates::markPaid($order, 100_000), false);
        $applier->wait();

        self::assertSame("start\noutcome " . Outcome::OUTCOME_APPLIED . " in parts\n", $applier->output());
        self::assertSame('Y', $order->payment()['PAID']);
    }

    #[TestDox('without a transaction a handler that throws at the end leaves the payment marked: applied, in parts')]
    public function testInParts(): void
    {
        $order = self::$shop->addOrder();
        self::listen('OnSaleOrderPaid', static fn() => throw new RuntimeException('always'));
        $updates = new RecordedUpdates([], static fn() => false);

        $ending = $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame(['APPLIED', 'Y'], [$ending, $order->payment()['PAID']]);
        self::assertEquals([ApplyResult::appliedInParts('failed: RuntimeException')], $updates->results);
    }

    #[TestDox('a handler whose statement ends the transaction and that throws then leaves the payment marked: applied, in parts')]
    public function testStatementThatCommits(): void
    {
        $order = self::$shop->addOrder();
        self::listen('OnSaleOrderSaved', static function (): void {
            Application::getConnection()->queryExecute('CREATE TABLE IF NOT EXISTS shop_log (id int)');
            throw new RuntimeException('afterwards');
        });
        $updates = new RecordedUpdates();

        $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame('Y', $order->payment()['PAID']);
        self::assertEquals([ApplyResult::appliedInParts('failed: RuntimeException')], $updates->results);
    }

    #[TestDox('a handler that swallows the end of the transaction, as after a deadlock: the payment\'s row alone is no whole save')]
    public function testSwallowedAbort(): void
    {
        $order = self::$shop->addOrder();
        // The server takes back what was written; what comes after it is written by itself.
        self::listen('OnSaleOrderEntitySaved', static fn() => Application::getConnection()->queryExecute('ROLLBACK'));
        $updates = new RecordedUpdates();

        $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame(['Y', 'N'], [$order->payment()['PAID'], $order->row()['PAYED']]);
        self::assertEquals([ApplyResult::appliedInParts('the order row did not change')], $updates->results);
    }

    #[TestDox('a database that goes away in the save leaves nothing written, and the update comes again')]
    public function testConnectionLost(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $before = self::everything($order);
        self::listen('OnSaleOrderPaid', static fn() => Application::getConnection()->queryExecute('KILL CONNECTION_ID()'));

        $broken = $this->apply($update);
        $left = self::everything($order);
        $this->beginHit();
        $healed = $this->apply($update);

        self::assertSame(['RETRY', $before, 'APPLIED'], [$broken, $left, $healed]);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('a handler that leaves a transaction of its own open does not keep the save from being committed, nor the next one')]
    public function testOpenTransaction(): void
    {
        $orders = [self::$shop->addOrder(), self::$shop->addOrder()];
        self::listen('OnSaleOrderPaid', static fn() => Application::getConnection()->startTransaction());

        foreach ($orders as $order) {
            self::assertSame('APPLIED', $this->apply(Updates::markPaid($order, 100_000)));
            self::assertSame(['Y', 'Y'], [$order->payment()['PAID'], $order->row()['PAYED']]);
        }
    }

    #[TestDox('a handler that rolls a transaction of its own back takes the save with it, and the next try is a whole one')]
    public function testInnerRollback(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $before = self::everything($order);
        self::listen('OnSaleOrderPaid', static function (): void {
            Application::getConnection()->startTransaction();
            Application::getConnection()->rollbackTransaction();
        });

        $broken = $this->apply($update);
        $left = self::everything($order);
        $this->beginHit();
        $healed = $this->apply($update);

        self::assertSame(['RETRY', $before, 'APPLIED'], [$broken, $left, $healed]);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('a process that has failed with an order leaves it to another, for Bitrix mails once a process; other orders go on in it')]
    public function testSpoiledOrder(): void
    {
        $order = self::$shop->addOrder();
        $other = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $isFirst = true;
        self::listen('OnSaleOrderPaid', static function () use (&$isFirst): void {
            if ($isFirst) {
                $isFirst = false;
                throw new RuntimeException('once');
            }
        });
        $updates = new RecordedUpdates([$update, $update, Updates::markPaid($other, 100_000)]);

        CatchUp::applyDue($updates);
        $inOneProcess = [$updates->started, $order->payment()['PAID'], $other->payment()['PAID']];
        $this->beginHit();
        (new Applier($next = new RecordedUpdates()))->apply($update);

        self::assertSame([2, 'N', 'Y'], $inOneProcess);
        self::assertSame([Outcome::OUTCOME_RETRY, Outcome::OUTCOME_RETRY, Outcome::OUTCOME_APPLIED], array_column($updates->results, 'outcome'));
        self::assertSame([1, Outcome::OUTCOME_APPLIED], [$next->started, $next->results[0]->outcome]);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('from the last look at the payment to the commit nobody else changes it or its order')]
    public function testRowsAreLocked(): void
    {
        $order = self::$shop->addOrder();
        $fifo = $this->pauseAt('order_loading');
        $applier = $this->applier(Updates::markPaid($order, 100_000));
        $go = $fifo->reached();

        $locked = [self::isLocked('b_sale_order', $order->id), self::isLocked('b_sale_order_payment', $order->paymentId)];
        $go('go');
        $applier->wait();

        self::assertSame([true, true], $locked);
        self::assertSame(self::STARTED_APPLIED, $applier->output());
    }

    #[TestDox('a save that was committed and told to nobody is found done')]
    public function testFoundDone(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $this->apply($update);

        $applier = $this->applier($update);
        $applier->wait();

        self::assertSame(self::FOUND_APPLIED, $applier->output());
    }

    private static function listenInProcesses(string $event, string $code): void
    {
        $add = "\\Bitrix\\Main\\EventManager::getInstance()->addEventHandler('sale', '$event', function () { $code });";
        self::$shop->put(self::INIT, "<?php $add");
    }

    private static function isLocked(string $table, int $id): bool
    {
        try {
            self::$shop->run("SELECT ID FROM $table WHERE ID = ? FOR UPDATE NOWAIT", $id);
            return false;
        } catch (\mysqli_sql_exception) {
            return true;
        }
    }

    private static function listen(string $event, callable $handler): void
    {
        EventManager::getInstance()->addEventHandler('sale', $event, $handler);
    }

    /** @return array<mixed> the order, its payment, and what was told of them */
    private static function everything(ShopOrder $order): array
    {
        return [$order->row(), $order->payment(), $order->sideEffects(), self::$shop->value('SELECT COUNT(*) FROM b_sale_order_change')];
    }
}
