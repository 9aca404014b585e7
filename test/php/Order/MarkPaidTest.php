<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use ClickBridge\Contract\V1\OrderUpdate\Kind;
use ClickBridge\Contract\V1\ShopFields;
use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\RecordedUpdates;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;

/** MARK_PAID, as design.md §5 has it. */
final class MarkPaidTest extends ApplierTestCase
{
    #[TestDox('an update marks the payment paid, tells Click\'s numbers, and has its side effects once')]
    public function testMarksPaid(): void
    {
        $order = self::$shop->addOrder(['150000.50']);
        $update = Updates::markPaid($order, 15_000_050, ['attempt_id' => 77]);

        $ending = $this->apply($update);

        self::assertSame('APPLIED', $ending);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
        self::assertSame(['Y', '150000.50'], [$order->row()['PAYED'], $order->row()['SUM_PAID']]);
        $expected = [
            'PAID' => 'Y', 'IS_RETURN' => 'N', 'PS_STATUS' => 'Y', 'PS_INVOICE_ID' => 'clickbridge:77', 'PS_SUM' => '150000.5000',
            'PS_CURRENCY' => 'UZS', 'PAY_VOUCHER_NUM' => '1088012345', 'MARKED' => 'N',
        ];
        self::assertSame($expected, array_intersect_key(array_replace($expected, $order->payment()), $expected));
    }

    #[TestDox('what the service says that the payment shows is shown, days as days')]
    public function testShopFields(): void
    {
        $order = self::$shop->addOrder();

        $this->apply(Updates::markPaid($order, 100_000));

        $payment = $order->payment();
        self::assertSame('Click: payment 1088012345, transaction 2088012345', $payment['PS_STATUS_DESCRIPTION']);
        self::assertSame('Click: возврат / qaytarish / refund ≤ 01.12.2026', $payment['PS_STATUS_MESSAGE']);
        self::assertSame('2026-11-18', $payment['PAY_VOUCHER_DATE']);
        self::assertNotNull($payment['PS_RESPONSE_DATE']);
    }

    #[TestDox('an update of a service that says nothing to be shown marks the payment all the same, as its own')]
    public function testWithoutShopFields(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000, ['attempt_id' => 77, 'shop_fields' => new ShopFields()]);

        $ending = $this->apply($update);

        self::assertSame(['APPLIED', 'Y', 'clickbridge:77'], [$ending, $order->payment()['PAID'], $order->payment()['PS_INVOICE_ID']]);
    }

    #[TestDox('a repeat finds its own work and changes nothing')]
    public function testRepeat(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $this->apply($update);
        $before = $order->payment();
        $updates = new RecordedUpdates();

        $ending = $this->apply($update, $updates);

        self::assertSame(['APPLIED', 0], [$ending, $updates->started]);
        self::assertSame($before, $order->payment());
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[DataProvider('sums')]
    #[TestDox('$sum soums are $tiyin tiyin: $ending')]
    public function testSums(string $sum, int $tiyin, string $ending): void
    {
        $order = self::$shop->addOrder([$sum]);

        self::assertSame($ending, $this->apply(Updates::markPaid($order, $tiyin)));
        self::assertSame($ending === 'APPLIED' ? 'Y' : 'N', $order->payment()['PAID']);
    }

    /** @return iterable<array{string, int, string}> */
    public static function sums(): iterable
    {
        yield 'what 0.1 + 0.2 is not in floats' => ['0.30', 30, 'APPLIED'];
        yield ['38400.01', 3_840_001, 'APPLIED'];
        yield ['1.1', 110, 'APPLIED'];
        yield ['99999999999.99', 9_999_999_999_999, 'APPLIED'];
        yield 'more than a float keeps' => ['90071992547409.93', 9_007_199_254_740_993, 'APPLIED'];
        yield 'one tiyin less' => ['1000.00', 99_999, 'REFUSED AMOUNT_CHANGED'];
        yield 'one tiyin more' => ['1000.00', 100_001, 'REFUSED AMOUNT_CHANGED'];
        yield 'a part of a tiyin' => ['1000.0050', 100_000, 'REFUSED AMOUNT_CHANGED'];
    }

    #[TestDox('an agent has no $USER: the applier brings one that is nobody, and takes it away again')]
    public function testNullUser(): void
    {
        global $USER;
        $order = self::$shop->addOrder();
        $USER = null;

        self::assertSame('APPLIED', $this->apply(Updates::markPaid($order, 100_000)));
        self::assertSame([null, '0'], [$USER, $order->payment()['EMP_PAID_ID']]);
    }

    #[TestDox('a slave that still shows the payment unpaid does not have it paid again')]
    public function testLaggingSlaveShowsUnpaid(): void
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000);
        $slave = self::$shop->freezeSlave();
        $this->apply($update);
        $this->beginHit(['slave_database' => $slave]);
        $updates = new RecordedUpdates();

        $ending = $this->apply($update, $updates);

        self::assertSame(['APPLIED', 0], [$ending, $updates->started]);
        self::assertSame(['history' => 1, 'mails' => 1], $order->sideEffects());
    }

    #[TestDox('a slave that shows an older sum does not have the new one refused')]
    public function testLaggingSlaveShowsOldSum(): void
    {
        $order = self::$shop->addOrder(['999.00']);
        $this->beginHit(['slave_database' => self::$shop->freezeSlave()]);
        self::$shop->run('UPDATE b_sale_order_payment SET SUM = 1000 WHERE ID = ?', $order->paymentId);
        self::$shop->run('UPDATE b_sale_order SET PRICE = 1000 WHERE ID = ?', $order->id);

        $ending = $this->apply(Updates::markPaid($order, 100_000));

        self::assertSame(['APPLIED', '1000.00'], [$ending, $order->row()['SUM_PAID']]);
    }

    #[TestDox('without the lease nothing is saved and nothing is told')]
    public function testLeaseLost(): void
    {
        $order = self::$shop->addOrder();

        $ending = $this->apply(Updates::markPaid($order, 100_000), new RecordedUpdates([], static fn() => null));

        self::assertNull($ending);
        self::assertSame(['N', '0'], [$order->payment()['PAID'], $order->row()['VERSION']]);
    }

    #[TestDox('an update of a kind from the future is refused with a reason of its own')]
    public function testUnknownKind(): void
    {
        $order = self::$shop->addOrder();

        self::assertSame('REFUSED KIND_UNKNOWN', $this->apply(Updates::markPaid($order, 100_000, ['kind' => 99])));
        self::assertSame('N', $order->payment()['PAID']);
        self::assertNotContains(99, [Kind::KIND_MARK_PAID, Kind::KIND_MARK_REFUNDED]);
    }

    #[TestDox('the second of two payments makes the order paid')]
    public function testSecondPayment(): void
    {
        $order = self::$shop->addOrder(['0.10', '0.20']);
        $second = ['payment_id' => $order->paymentIds[1]];

        $first = $this->apply(Updates::markPaid($order, 10));
        $payedAfterFirst = $order->row()['PAYED'];
        $this->beginHit();
        $last = $this->apply(Updates::markPaid($order, 20, $second));

        self::assertSame(['APPLIED', 'N', 'APPLIED', 'Y'], [$first, $payedAfterFirst, $last, $order->row()['PAYED']]);
        self::assertSame('0.30', $order->row()['SUM_PAID']);
    }
}
