<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\RecordedUpdates;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;

/** The closed list of refusals: what nobody can apply, a person has to look at. */
final class RefusalTest extends ApplierTestCase
{
    #[DataProvider('changes')]
    #[TestDox('$name is refused before the lease is traded: $ending')]
    public function testRefused(string $name, string $sql, string $ending): void
    {
        $order = self::$shop->addOrder();
        $this->change($sql, $order->id, $order->paymentId);
        $before = [$order->row(), $order->payment()];
        $updates = new RecordedUpdates();

        $given = $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame([$ending, 0], [$given, $updates->started]);
        self::assertSame($before, [$order->row(), $order->payment()]);
    }

    #[DataProvider('changes')]
    #[TestDox('$name while the service is asked for the lease is refused as well: $ending')]
    public function testRefusedAfterStart(string $name, string $sql, string $ending): void
    {
        $order = self::$shop->addOrder();
        $updates = new RecordedUpdates([], function () use ($sql, $order): bool {
            $this->change($sql, $order->id, $order->paymentId);
            return true;
        });

        $given = $this->apply(Updates::markPaid($order, 100_000), $updates);

        self::assertSame([$ending, 1], [$given, $updates->started]);
        self::assertNotSame('1', $order->row()['VERSION'] ?? '0');
    }

    #[DataProvider('changes')]
    #[TestDox('$name between our own look and Bitrix\'s loading of the order is refused as well: $ending')]
    public function testRefusedAfterRead(string $name, string $sql, string $ending): void
    {
        $order = self::$shop->addOrder();
        $changed = [];

        $given = $this->applyWhile(Updates::markPaid($order, 100_000), function () use ($sql, $order, &$changed): void {
            $this->change($sql, $order->id, $order->paymentId);
            $changed = [$order->row(), $order->payment()];
        });

        self::assertSame($ending, $given);
        self::assertSame($changed, [$order->row(), $order->payment()]);
    }

    #[TestDox('a payment that this very update marked between our own look and Bitrix\'s loading of the order is done')]
    public function testAppliedAfterRead(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);

        $given = $this->applyWhile($update, function () use ($order, $update): void {
            $mark = "PAID = 'Y', PS_INVOICE_ID = 'clickbridge:{$update->getAttemptId()}'";
            $this->change("UPDATE b_sale_order_payment SET $mark WHERE ID = <payment>", $order->id, $order->paymentId);
        });

        self::assertSame(['APPLIED', '0'], [$given, $order->row()['VERSION']]);
    }

    #[TestDox('a refund does not touch a payment that somebody else took over before Bitrix loaded the order')]
    public function testRefundAfterRead(): void
    {
        $order = self::$shop->addOrder();
        $paid = Updates::markPaid($order, 100_000);
        $this->apply($paid);

        $given = $this->applyWhile(Updates::markRefunded($paid), function () use ($order): void {
            $this->change("UPDATE b_sale_order_payment SET PS_INVOICE_ID = 'cash' WHERE ID = <payment>", $order->id, $order->paymentId);
        });

        self::assertSame(['REFUSED PAID_OTHERWISE', 'Y'], [$given, $order->payment()['PAID']]);
    }

    /** @return iterable<array{string, string, string}> */
    public static function changes(): iterable
    {
        yield ['a sum one tiyin higher', 'UPDATE b_sale_order_payment SET SUM = SUM + 0.01 WHERE ID = <payment>', 'REFUSED AMOUNT_CHANGED'];
        yield ['another currency', "UPDATE b_sale_order_payment SET CURRENCY = 'USD' WHERE ID = <payment>", 'REFUSED CURRENCY_CHANGED'];
        yield [
            'a payment marked by hand',
            "UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = <payment>",
            'REFUSED PAID_OTHERWISE',
        ];
        yield [
            'a payment paid by another attempt of ours',
            "UPDATE b_sale_order_payment SET PAID = 'Y', PS_INVOICE_ID = 'clickbridge:1' WHERE ID = <payment>",
            'REFUSED PAID_OTHERWISE',
        ];
        yield ['a cancelled order', "UPDATE b_sale_order SET CANCELED = 'Y' WHERE ID = <order>", 'REFUSED ORDER_CANCELLED'];
        yield ['a deleted order', 'DELETE FROM b_sale_order WHERE ID = <order>', 'REFUSED ORDER_NOT_FOUND'];
        yield ['a deleted payment', 'DELETE FROM b_sale_order_payment WHERE ID = <payment>', 'REFUSED ORDER_NOT_FOUND'];
        yield [
            'a payment returned to the inner account',
            "UPDATE b_sale_order_payment SET IS_RETURN = 'Y' WHERE ID = <payment>",
            'REFUSED PAYMENT_RETURNED',
        ];
        yield [
            'a payment returned through a provider',
            "UPDATE b_sale_order_payment SET IS_RETURN = 'P' WHERE ID = <payment>",
            'REFUSED PAYMENT_RETURNED',
        ];
    }

    private function change(string $sql, int $orderId, int $paymentId): void
    {
        self::$shop->run(strtr($sql, ['<order>' => (string) $orderId, '<payment>' => (string) $paymentId]));
    }
}
