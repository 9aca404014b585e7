<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use Bitrix\Main\Loader;
use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;
use PHPUnit\Framework\TestCase;

/** Tests that share one shop; each takes orders of its own and begins a hit of its own. */
abstract class ShopTestCase extends TestCase
{
    protected static Shop $shop;

    public static function setUpBeforeClass(): void
    {
        self::$shop = Shop::create();
    }

    public static function tearDownAfterClass(): void
    {
        self::$shop->drop();
    }

    protected function setUp(): void
    {
        $this->beginHit();
    }

    /** @param array<string, mixed> $kernel */
    protected function beginHit(array $kernel = []): void
    {
        self::$shop->hit($kernel);
        Loader::includeModule('sale');
    }

    /** The order's first payment, loaded as Bitrix would. */
    protected function load(ShopOrder $order): Payment
    {
        $payment = Order::load($order->id)?->getPaymentCollection()->getItemById($order->paymentId);
        self::assertNotNull($payment);
        return $payment;
    }
}
