<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\RecordedUpdates;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\TestDox;

/** MARK_REFUNDED: the mark is taken back, and Bitrix never asks the handler to refund again (it would fail here: it has no token). */
final class MarkRefundedTest extends ApplierTestCase
{
    #[TestDox('a refund leaves the payment unpaid and returned through the provider')]
    public function testRefund(): void
    {
        $order = self::$shop->addOrder();
        $paid = Updates::markPaid($order, 100_000);
        $this->apply($paid);

        $ending = $this->apply(Updates::markRefunded($paid));

        self::assertSame('APPLIED', $ending);
        self::assertSame(['N', 'P'], [$order->payment()['PAID'], $order->payment()['IS_RETURN']]);
        self::assertSame(['N', '0.00'], [$order->row()['PAYED'], $order->row()['SUM_PAID']]);
        self::assertSame('2026-11-25', $order->payment()['PAY_RETURN_DATE']);
        self::assertStringContainsString('refunded', (string) $order->payment()['PS_STATUS_MESSAGE']);
    }

    #[TestDox('a payment that a manager returned to the inner account is left so, and a person is told: the buyer has the money twice')]
    public function testReturnedToInnerAccount(): void
    {
        $order = self::$shop->addOrder();
        $paid = Updates::markPaid($order, 100_000);
        $this->apply($paid);
        self::$shop->run("UPDATE b_sale_order_payment SET PAID = 'N', IS_RETURN = 'Y' WHERE ID = ?", $order->paymentId);

        $ending = $this->apply(Updates::markRefunded($paid));

        self::assertSame(['REFUSED PAYMENT_RETURNED', 'Y'], [$ending, $order->payment()['IS_RETURN']]);
    }

    #[TestDox('a repeated refund changes nothing')]
    public function testRepeat(): void
    {
        $order = self::$shop->addOrder();
        $paid = Updates::markPaid($order, 100_000);
        $refund = Updates::markRefunded($paid);
        $this->apply($paid);
        $this->apply($refund);
        $before = $order->row();
        $updates = new RecordedUpdates();

        $ending = $this->apply($refund, $updates);

        self::assertSame(['APPLIED', 0], [$ending, $updates->started]);
        self::assertSame($before, $order->row());
    }

    #[TestDox("a payment that somebody else marked is not touched by a refund of ours")]
    public function testNotOurs(): void
    {
        $order = self::$shop->addOrder();
        self::$shop->run("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", $order->paymentId);

        $ending = $this->apply(Updates::markRefunded(Updates::markPaid($order, 100_000)));

        self::assertSame(['REFUSED PAID_OTHERWISE', 'Y'], [$ending, $order->payment()['PAID']]);
    }

    #[TestDox('a refunded payment is not marked paid by a late repeat of its update')]
    public function testLateMarkPaid(): void
    {
        $order = self::$shop->addOrder();
        $paid = Updates::markPaid($order, 100_000);
        $this->apply($paid);
        $this->apply(Updates::markRefunded($paid));

        $ending = $this->apply($paid);

        self::assertSame(['REFUSED PAYMENT_RETURNED', 'N'], [$ending, $order->payment()['PAID']]);
    }
}
