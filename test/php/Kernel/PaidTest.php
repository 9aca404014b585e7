<?php

declare(strict_types=1);

namespace ClickBridge\Test\Kernel;

use Bitrix\Main\ArgumentOutOfRangeException;
use Bitrix\Main\Event;
use Bitrix\Main\EventManager;
use Bitrix\Sale\Order;
use ClickBridge\Test\Support\ShopTestCase;
use Error;
use PHPUnit\Framework\Attributes\TestDox;

/** How Bitrix marks a payment paid (bitrix-contract.md §1.3, §1.5). */
final class PaidTest extends ShopTestCase
{
    #[TestDox('setPaid and save mark the payment and its order paid, with one history row and one mail')]
    public function testPaid(): void
    {
        $order = self::$shop->addOrder(['1000.50']);
        $payment = $this->load($order);

        $set = $payment->setPaid('Y');
        $saved = $payment->getOrder()->save();

        self::assertTrue($set->isSuccess() && $saved->isSuccess());
        self::assertSame(['Y', '1000.50', '1'], [$order->row()['PAYED'], $order->row()['SUM_PAID'], $order->row()['VERSION']]);
        self::assertSame('Y', $order->payment()['PAID']);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('setPaid on a paid payment does nothing, and a second save repeats no side effect')]
    public function testPaidTwice(): void
    {
        $order = self::$shop->addOrder();
        $this->load($order)->setPaid('Y');
        $payment = $this->load($order);
        $payment->setPaid('Y');
        $payment->getOrder()->save();

        $again = $this->load($order);
        $again->setPaid('Y');
        $again->getOrder()->save();

        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('an order with two payments is paid with the second one')]
    public function testTwoPayments(): void
    {
        $order = self::$shop->addOrder(['0.10', '0.20']);

        $afterFirst = $this->pay($order->id, $order->paymentIds[0]);
        $afterSecond = $this->pay($order->id, $order->paymentIds[1]);

        self::assertSame(['N', 'Y'], [$afterFirst, $afterSecond]);
        self::assertSame('0.30', $order->row()['SUM_PAID']);
    }

    #[TestDox('a field that is too long leaves the payment unpaid below a paid order, and only a warning tells')]
    public function testSilentHalfSave(): void
    {
        $order = self::$shop->addOrder(['1000.00']);
        $payment = $this->load($order);

        $set = $payment->setPaid('Y');
        $fields = $payment->setFields(['PS_STATUS' => 'Y', 'PS_STATUS_MESSAGE' => str_repeat('я', 300)]);
        $saved = $payment->getOrder()->save();

        self::assertTrue($set->isSuccess() && $fields->isSuccess() && $saved->isSuccess());
        self::assertSame(1, $saved->hasWarnings());
        self::assertStringContainsString('PS_STATUS_MESSAGE', $saved->getWarningMessages()[0]);
        self::assertSame(['Y', '1000.00'], [$order->row()['PAYED'], $order->row()['SUM_PAID']]);
        self::assertSame(['N', null], [$order->payment()['PAID'], $order->payment()['PS_STATUS']]);
        self::assertSame('Y', $payment->getField('PAID'), 'the object believes what the database does not');
    }

    #[TestDox('PS_INVOICE_ID has no rule in Bitrix: MySQL cuts it to 250 silently')]
    public function testInvoiceIdIsCut(): void
    {
        $order = self::$shop->addOrder();
        $payment = $this->load($order);
        $payment->setField('PS_INVOICE_ID', str_repeat('7', 300));

        $saved = $payment->getOrder()->save();

        self::assertSame([], $saved->getWarnings());
        self::assertSame(str_repeat('7', 250), $order->payment()['PS_INVOICE_ID']);
    }

    #[TestDox('a payment of a cancelled order cannot be marked paid')]
    public function testCancelledOrder(): void
    {
        $order = self::$shop->addOrder();
        self::$shop->run("UPDATE b_sale_order SET CANCELED = 'Y' WHERE ID = ?", $order->id);

        $set = $this->load($order)->setPaid('Y');

        self::assertSame('SALE_ORDER_PAID_ORDER_CANCELED', $set->getErrors()[0]->getCode());
    }

    #[TestDox('setPaid calls $USER without looking: with null it is a fatal error')]
    public function testNullUser(): void
    {
        global $USER;
        $payment = $this->load(self::$shop->addOrder());
        $USER = null;

        $this->expectException(Error::class);
        $this->expectExceptionMessage('Call to a member function GetID() on null');

        $payment->setPaid('Y');
    }

    #[TestDox('a field that the payment does not have throws')]
    public function testUnknownField(): void
    {
        $payment = $this->load(self::$shop->addOrder());

        $this->expectException(ArgumentOutOfRangeException::class);

        $payment->setField('PS_NOTE', 'x');
    }

    #[TestDox('a date as text is one more silent half save: a warning, and nothing of the payment is written')]
    public function testDateAsText(): void
    {
        $order = self::$shop->addOrder();
        $payment = $this->load($order);
        $payment->setFields(['PS_RESPONSE_DATE' => '2026-11-24 10:00:00', 'PS_STATUS_CODE' => 'x']);

        $saved = $payment->getOrder()->save();

        self::assertSame([true, 1], [$saved->isSuccess(), count($saved->getWarnings())]);
        self::assertNull($order->payment()['PS_STATUS_CODE']);
    }

    #[TestDox('the sum of a paid payment cannot be changed')]
    public function testSumOfPaid(): void
    {
        $order = self::$shop->addOrder();
        $this->pay($order->id, $order->paymentId);

        $set = $this->load($order)->setField('SUM', 1.0);

        self::assertSame('SALE_PAYMENT_NOT_ALLOWED_CHANGE_SUM', $set->getErrors()[0]->getCode());
    }

    #[TestDox('two copies of an order both pay it: nothing is locked, and only the mail goes once a process')]
    public function testNoLocking(): void
    {
        $order = self::$shop->addOrder();
        $one = $this->load($order);
        $other = $this->load($order);

        foreach ([$one, $other] as $payment) {
            $payment->setPaid('Y');
            $payment->getOrder()->save();
        }

        self::assertSame(['history' => 2, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('the events of a payment come in the order in which they were seen in Bitrix')]
    public function testEvents(): void
    {
        $seen = [];
        $names = [
            'OnSaleOrderPaid', 'OnSaleOrderSaved', 'OnPaymentPaid', 'OnSalePaymentEntitySaved', 'OnSaleOrderEntitySaved',
            'OnSaleOrderBeforeSaved', 'OnSalePaymentSetField', 'OnBeforeSalePaymentSetField',
        ];
        foreach ($names as $name) {
            EventManager::getInstance()->addEventHandler('sale', $name, static function (Event $event) use (&$seen): void {
                $seen[] = $event->getEventType();
            });
        }
        EventManager::getInstance()->addEventHandler('sale', 'OnSalePayOrder', static function (int $id, string $value) use (&$seen): void {
            $seen[] = "OnSalePayOrder $value";
        });
        $order = self::$shop->addOrder();

        $this->pay($order->id, $order->paymentId);

        self::assertSame([
            'OnBeforeSalePaymentSetField', 'OnSalePaymentSetField', 'OnSaleOrderBeforeSaved', 'OnSaleOrderEntitySaved',
            'OnSalePaymentEntitySaved', 'OnPaymentPaid', 'OnSaleOrderSaved', 'OnSaleOrderPaid', 'OnSalePayOrder Y',
        ], array_values(array_unique($seen)));
    }

    private function pay(int $orderId, int $paymentId): string
    {
        $order = Order::load($orderId);
        $order?->getPaymentCollection()->getItemById($paymentId)?->setPaid('Y');
        $order?->save();
        return (string) self::$shop->value('SELECT PAYED FROM b_sale_order WHERE ID = ?', $orderId);
    }
}
