<?php

declare(strict_types=1);

namespace ClickBridge\Test\Kernel;

use Bitrix\Main\Event;
use Bitrix\Main\EventManager;
use Bitrix\Main\HttpRequest;
use Bitrix\Main\Server;
use Bitrix\Sale\PaySystem\Error;
use Bitrix\Sale\PaySystem\Manager;
use Bitrix\Sale\PaySystem\Service;
use Bitrix\Sale\PaySystem\ServiceResult;
use ClickBridge\Test\Support\ShopTestCase;
use PHPUnit\Framework\Attributes\TestDox;

/** How Bitrix routes a callback to a handler and what it does with the result (bitrix-contract.md §1.3). */
final class ResultRouteTest extends ShopTestCase
{
    private static int $paySystemId;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$shop->put(
            'bitrix/php_interface/include/sale_payment/kerneltest/handler.php',
            (string) file_get_contents(__DIR__ . '/handler-of-test.php')
        );
        self::$shop->run("INSERT INTO b_sale_pay_system_action (NAME, ACTION_FILE) VALUES ('Test', 'kerneltest')");
        self::$paySystemId = (int) self::$shop->connection->insert_id;
    }

    #[TestDox('money coming marks the payment paid, saves its fields, and asks the handler to respond')]
    public function testMoneyComing(): void
    {
        $order = self::$shop->addOrder();
        $given = self::moneyComing(['PS_INVOICE_ID' => '5']);

        $sent = $this->process($order->paymentId, $given);

        self::assertSame('applied', $sent);
        self::assertSame(['Y', '5'], [$order->payment()['PAID'], $order->payment()['PS_INVOICE_ID']]);
    }

    #[TestDox('a handler that reports an error has the order marked as problematic')]
    public function testErrorMarks(): void
    {
        $order = self::$shop->addOrder();
        $given = new ServiceResult();
        $given->addError(Error::create('wrong signature', 'SIGN'));

        $sent = $this->process($order->paymentId, $given);

        self::assertSame('not applied', $sent);
        self::assertSame(['Y', 'Y'], [$order->row()['MARKED'], $order->payment()['MARKED']]);
        self::assertSame('SIGN', self::$shop->value('SELECT CODE FROM b_sale_entity_marker WHERE ORDER_ID = ?', $order->id));
    }

    #[TestDox('a cancelled order gets no response: the handler is not asked')]
    public function testCancelled(): void
    {
        $order = self::$shop->addOrder();
        self::$shop->run("UPDATE b_sale_order SET CANCELED = 'Y' WHERE ID = ?", $order->id);

        $sent = $this->process($order->paymentId, new ServiceResult());

        self::assertNull($sent);
    }

    #[TestDox('an unknown payment gets no response')]
    public function testUnknown(): void
    {
        self::assertNull($this->process(2_000_000_000, new ServiceResult()));
    }

    #[TestDox('a half save answers the provider that all is well')]
    public function testHalfSaveIsApplied(): void
    {
        $order = self::$shop->addOrder();
        $given = self::moneyComing(['PS_STATUS_MESSAGE' => str_repeat('x', 300)]);

        $sent = $this->process($order->paymentId, $given);

        self::assertSame('applied', $sent);
        self::assertSame(['Y', 'N'], [$order->row()['PAYED'], $order->payment()['PAID']]);
    }

    #[TestDox('the order is loaded before the handler is asked: what it locks then is too late')]
    public function testLoadedBeforeTheHandler(): void
    {
        $order = self::$shop->addOrder();
        $given = self::moneyComing();
        $another = static fn() => self::$shop->run("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", $order->paymentId);

        $this->process($order->paymentId, $given, $another);

        self::assertSame(1, $order->sideEffects()['history'], 'it paid what another had paid meanwhile');
    }

    #[TestDox('the events of the route come before and after those of the payment')]
    public function testEvents(): void
    {
        $seen = [];
        foreach (['OnSaleAfterPsServiceProcessRequest', 'OnSalePsServiceProcessRequestBeforePaid', 'OnSaleOrderPaid'] as $name) {
            EventManager::getInstance()->addEventHandler('sale', $name, static function (Event $event) use (&$seen): void {
                $seen[] = $event->getEventType();
            });
        }

        $this->process(self::$shop->addOrder()->paymentId, self::moneyComing());

        self::assertSame(
            ['OnSalePsServiceProcessRequestBeforePaid', 'OnSaleOrderPaid', 'OnSaleAfterPsServiceProcessRequest'],
            $seen
        );
    }

    #[TestDox('an inactive pay system is not asked whether a request is its own')]
    public function testInactive(): void
    {
        self::$shop->run("UPDATE b_sale_pay_system_action SET ACTIVE = 'N' WHERE ID = ?", self::$paySystemId);

        $found = Manager::searchByRequest(self::request(1));

        self::$shop->run("UPDATE b_sale_pay_system_action SET ACTIVE = 'Y' WHERE ID = ?", self::$paySystemId);
        self::assertFalse($found);
    }

    /** What the handler was told when it had to respond; null when it was not asked. */
    private function process(int $paymentId, ServiceResult $given, ?callable $meanwhile = null): ?string
    {
        // Known only once the route has loaded the handler.
        $item = Manager::searchByRequest(self::request($paymentId));
        self::assertIsArray($item);
        $handler = \Sale\Handlers\PaySystem\KernelTestHandler::class;
        $handler::$given = $given;
        $handler::$meanwhile = $meanwhile;
        $handler::$sent = null;
        (new Service($item))->processRequest(self::request($paymentId));
        return $handler::$sent;
    }

    /** @param array<string, mixed> $psData */
    private static function moneyComing(array $psData = []): ServiceResult
    {
        $result = new ServiceResult();
        $result->setOperationType(ServiceResult::MONEY_COMING);
        $result->setPsData($psData);
        return $result;
    }

    private static function request(int $paymentId): HttpRequest
    {
        return new HttpRequest(new Server([]), ['BX_HANDLER' => 'KERNELTEST'], ['payment' => (string) $paymentId], [], []);
    }
}
