<?php

declare(strict_types=1);

namespace ClickBridge\Test\Checkout;

use ClickBridge\Test\Support\GrpcPeer;
use ClickBridge\Test\Support\Shop;
use ClickBridge\Test\Support\ShopTestCase;

/** Tests with a shop and the service's checkout behind it. */
abstract class CheckoutTestCase extends ShopTestCase
{
    private const TOKEN = 'a-token-of-the-module';

    protected static GrpcPeer $peer;
    protected static string $config;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$peer = GrpcPeer::ofCheckout(self::TOKEN);
        self::$config = self::$shop->root . '/bitrix/php_interface/clickbridge.php';
        Shop::writeArray(self::$config, ['addresses' => [self::$peer->address], 'token' => self::TOKEN]);
    }

    public static function tearDownAfterClass(): void
    {
        self::$peer->stop();
        parent::tearDownAfterClass();
    }
}
