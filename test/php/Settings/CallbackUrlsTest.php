<?php

declare(strict_types=1);

namespace ClickBridge\Test\Settings;

use Bitrix\Main\HttpRequest;
use Bitrix\Main\Server;
use ClickBridge\Settings\CallbackUrls;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** Where the settings page's check looks for the shop's own entry points. */
final class CallbackUrlsTest extends TestCase
{
    /** @return iterable<string, array{array<string, string>, string}> */
    public static function servers(): iterable
    {
        yield 'a shop on a port of its own' => [['HTTP_HOST' => '127.0.0.1:8080', 'SERVER_PORT' => '8080'], 'http://127.0.0.1:8080'];
        yield 'a usual shop' => [['HTTP_HOST' => 'shop.uz', 'SERVER_PORT' => '80'], 'http://shop.uz'];
        yield 'TLS' => [['HTTP_HOST' => 'shop.uz', 'SERVER_PORT' => '443', 'HTTPS' => 'on'], 'https://shop.uz'];
        yield 'TLS on a port of its own' => [['HTTP_HOST' => 'shop.uz:8443', 'HTTPS' => 'on'], 'https://shop.uz:8443'];
        yield 'an inner port behind a proxy' => [['HTTP_HOST' => 'shop.uz', 'SERVER_PORT' => '8888'], 'http://shop.uz'];
        yield 'TLS ended by a proxy' => [
            ['HTTP_HOST' => 'shop.uz', 'SERVER_PORT' => '8888', 'HTTP_X_FORWARDED_PROTO' => 'https'], 'https://shop.uz',
        ];
        yield 'a proxy that says :80 and has ended TLS' => [
            ['HTTP_HOST' => 'shop.uz:80', 'SERVER_PORT' => '80', 'HTTP_X_FORWARDED_PROTO' => 'https'], 'https://shop.uz',
        ];
        yield 'two proxies' => [['HTTP_HOST' => 'shop.uz', 'HTTP_X_FORWARDED_PROTO' => 'https, http'], 'https://shop.uz'];
        yield 'a proxy that says no more than :443' => [['HTTP_HOST' => 'shop.uz:443', 'SERVER_PORT' => '8888'], 'https://shop.uz'];
        yield 'an IPv6 address' => [['HTTP_HOST' => '[::1]:8080', 'SERVER_PORT' => '8080'], 'http://[::1]:8080'];
    }

    /** @param array<string, string> $server */
    #[DataProvider('servers')]
    #[TestDox('$_dataName: the check asks at $origin')]
    public function testOrigin(array $server, string $origin): void
    {
        $page = "$origin/bitrix/tools/clickbridge/callback.php";
        $request = new HttpRequest(new Server($server), [], [], [], []);

        self::assertSame(["$page?route=prepare", "$page?route=complete"], CallbackUrls::of($request));
    }
}
