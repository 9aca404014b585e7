<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use Bitrix\Main\Event;
use Bitrix\Main\EventManager;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Outcome;
use ClickBridge\Order\CatchUp;
use ClickBridge\Order\ApplyResult;
use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\RecordedUpdates;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\TestDox;
use RuntimeException;

/** The agent. */
final class CatchUpTest extends ApplierTestCase
{
    #[TestDox('an update that fails every time does not keep the others from being applied')]
    public function testOneBadUpdate(): void
    {
        global $USER;
        $orders = [self::$shop->addOrder(), self::$shop->addOrder(), self::$shop->addOrder()];
        EventManager::getInstance()->addEventHandler('sale', 'OnSaleOrderBeforeSaved', static function (Event $event) use ($orders): void {
            if ($event->getParameter('ENTITY')->getId() === $orders[0]->id) {
                throw new RuntimeException('always');
            }
        });
        $updates = new RecordedUpdates(array_map(static fn($order) => Updates::markPaid($order, 100_000), $orders));
        $USER = null;
        $log = (string) ini_set('error_log', '/dev/null');

        CatchUp::applyDue($updates);

        ini_set('error_log', $log);
        self::assertSame(['N', 'Y', 'Y'], array_map(static fn($order) => $order->payment()['PAID'], $orders));
        self::assertSame(
            [Outcome::OUTCOME_RETRY, Outcome::OUTCOME_APPLIED, Outcome::OUTCOME_APPLIED],
            array_map(static fn(ApplyResult $result) => $result->outcome, $updates->results)
        );
    }

    #[TestDox('the agent holds one lease at a time, so that none runs out behind a slow save, and goes on until nothing is due')]
    public function testOneLeaseAtATime(): void
    {
        $orders = [self::$shop->addOrder(), self::$shop->addOrder()];
        $updates = new RecordedUpdates(array_map(static fn($order) => Updates::markPaid($order, 100_000), $orders));

        CatchUp::applyDue($updates);

        self::assertSame([1, 1, 1], $updates->limits);
        self::assertCount(2, $updates->results);
    }

    #[TestDox('the agent names itself to run again, also when it cannot reach the service')]
    public function testRunsAgain(): void
    {
        putenv('CLICKBRIDGE_CONFIG=' . self::$shop->root . '/nothere.php');
        $log = (string) ini_set('error_log', '/dev/null');

        $next = CatchUp::run();

        ini_set('error_log', $log);
        putenv('CLICKBRIDGE_CONFIG');
        self::assertSame('\ClickBridge\Order\CatchUp::run();', $next);
    }
}
