<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use Bitrix\Main\Event;
use Bitrix\Main\EventManager;
use Bitrix\Main\EventResult;
use Bitrix\Sale\ResultError;
use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\RecordedUpdates;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\TestDox;
use RuntimeException;

/** What a shop's own event handlers do to an order while the applier marks it. */
final class ShopHandlerTest extends ApplierTestCase
{
    #[TestDox('a half save, forced by an over-long field, is noticed, undone and told as RETRY; the next try is a whole one')]
    public function testHalfSaveHeals(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        EventManager::getInstance()->addEventHandler('sale', 'OnSaleOrderBeforeSaved', static function (Event $event) use ($order): void {
            // What a shop's own handler may do to any payment.
            $payment = $event->getParameter('ENTITY')->getPaymentCollection()->getItemById($order->paymentId);
            $payment->setField('PS_STATUS_MESSAGE', str_repeat('x', 300));
        });
        $halfSaved = $this->apply($update);
        self::assertSame(['RETRY', 'N', 'N'], [$halfSaved, $order->row()['PAYED'], $order->payment()['PAID']]);
        self::assertSame(['history' => 0, 'mails' => 0], $order->sideEffects());

        $this->beginHit();
        $healed = $this->apply($update);

        self::assertSame(['APPLIED', 'Y'], [$healed, $order->payment()['PAID']]);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('a handler of the shop that forbids the save makes a RETRY, and the payment stays unpaid')]
    public function testSaveForbidden(): void
    {
        $order = self::$shop->addOrder();
        EventManager::getInstance()->addEventHandler('sale', 'OnSaleOrderBeforeSaved', static fn() => new EventResult(EventResult::ERROR));

        self::assertSame('RETRY', $this->apply(Updates::markPaid($order, 100_000)));
        self::assertSame('N', $order->payment()['PAID']);
    }

    #[TestDox('its reason in an old encoding is told as UTF-8, for a protobuf string takes nothing else')]
    public function testReasonInOldEncoding(): void
    {
        $order = self::$shop->addOrder();
        $reason = new EventResult(EventResult::ERROR, new ResultError("\xCD\xE5\xEB\xFC\xE7\xFF in windows-1251"));
        EventManager::getInstance()->addEventHandler('sale', 'OnSaleOrderBeforeSaved', static fn() => $reason);
        $updates = new RecordedUpdates();

        $ending = $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame('RETRY', $ending);
        self::assertMatchesRegularExpression('/in windows-1251/u', $updates->results[0]->detail);
    }

    #[TestDox('a handler of the shop that throws makes a RETRY that does not repeat its text')]
    public function testHandlerThrows(): void
    {
        $order = self::$shop->addOrder();
        EventManager::getInstance()->addEventHandler('sale', 'OnSaleOrderBeforeSaved', static function (): void {
            throw new RuntimeException('phone 998901234567');
        });
        $updates = new RecordedUpdates();
        $log = (string) ini_set('error_log', '/dev/null');

        $ending = $this->apply(Updates::markPaid($order, 100_000), $updates);

        ini_set('error_log', $log);
        self::assertSame('RETRY', $ending);
        self::assertStringNotContainsString('998901234567', $updates->results[0]->detail);
    }

    #[TestDox('an order that is cancelled when it is already loaded is refused with Bitrix\'s own code: ORDER_CANCELLED')]
    public function testCancelledAtTheLastMoment(): void
    {
        $order = self::$shop->addOrder();
        $before = [$order->payment(), $order->row()];
        EventManager::getInstance()->addEventHandler('sale', 'OnBeforeSalePaymentSetField', static function (Event $event): void {
            $event->getParameter('ENTITY')->getOrder()->setFieldNoDemand('CANCELED', 'Y');
        });
        $updates = new RecordedUpdates();

        $ending = $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame(['REFUSED ORDER_CANCELLED', 1], [$ending, $updates->started]);
        self::assertSame($before, [$order->payment(), $order->row()]);
    }
}
