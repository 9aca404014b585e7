<?php

declare(strict_types=1);

namespace ClickBridge\Test\Checkout;

use ClickBridge\Checkout\ReturnUrl;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** The page's own address, given to Click and coming back. */
final class ReturnUrlTest extends TestCase
{
    /** @return array<string, array{string, string}> */
    public static function pages(): array
    {
        $page = 'https://shop.uz/order/';
        return [
            'a page' => [$page, "$page?clickbridge_payment=7"],
            'one with a query, which stays as it is' => ["$page?a=%D1&b[]=1&a=2", "$page?a=%D1&b[]=1&a=2&clickbridge_payment=7"],
            'one that Click sent the buyer back to' => [
                "$page?a=1&clickbridge_payment=6&payment_id=5&payment_status=-1",
                "$page?a=1&clickbridge_payment=7",
            ],
            'one with the hash of an order' => [
                "$page?ORDER_ID=1&HASH=secret&PAYMENT_ID=2",
                "$page?ORDER_ID=1&PAYMENT_ID=2&clickbridge_payment=7",
            ],
            'one with the hash as mails have it, its name written oddly' => [
                "$page?%61ccess=secret&a=1",
                "$page?a=1&clickbridge_payment=7",
            ],
            'none' => ['', ''],
            'one with a fragment, where Click would write into' => ["$page#pay", "$page?clickbridge_payment=7"],
        ];
    }

    #[TestDox('$_dataName')]
    #[DataProvider('pages')]
    public function testUrl(string $page, string $url): void
    {
        self::assertSame($url, ReturnUrl::url($page, 7));
    }

    /** @return array<string, array{string, string, string}> */
    public static function scripts(): array
    {
        [$script, $page] = ['https://shop.uz/bitrix/tools/sale_ps_ajax.php?x=1', 'https://shop.uz/order/make/?a=1'];
        return [
            'a page of the shop is itself' => ['https://shop.uz/order/', $page, 'https://shop.uz/order/'],
            'behind a script of Bitrix\'s it is the page that called it' => [$script, $page, $page],
            'a page of another site is none' => [$script, 'https://evil.uz/order/', ''],
            'nor is one whose name only begins like ours' => [$script, 'https://shop.uz.evil.uz/order/', ''],
            'nor is another script' => [$script, 'https://shop.uz/bitrix/admin/', ''],
            'nor is what nobody says' => [$script, '', ''],
        ];
    }

    #[TestDox('$_dataName')]
    #[DataProvider('scripts')]
    public function testPage(string $address, string $referrer, string $page): void
    {
        self::assertSame($page, ReturnUrl::page($address, ['HTTP_REFERER' => $referrer]));
    }

    /** @return array<string, array{string, string, string}> */
    public static function ports(): array
    {
        $page = 'http://shop.uz/order/?a=1';
        return [
            'the port that Bitrix drops is put back' => [$page, 'shop.uz:8080', 'http://shop.uz:8080/order/?a=1'],
            'a port that is there stays' => ['http://shop.uz:81/', 'shop.uz:8080', 'http://shop.uz:81/'],
            'a usual one, which a proxy wrote, stays out' => ['https://shop.uz/', 'shop.uz:80', 'https://shop.uz/'],
            'a host without one adds none' => [$page, 'shop.uz', $page],
            'nor does another host' => [$page, 'evil.uz:8080', $page],
        ];
    }

    #[TestDox('$_dataName')]
    #[DataProvider('ports')]
    public function testPort(string $address, string $host, string $page): void
    {
        self::assertSame($page, ReturnUrl::page($address, ['HTTP_HOST' => $host]));
    }

    /** @return array<string, array{array<mixed>, string}> */
    public static function queries(): array
    {
        $ours = ['clickbridge_payment' => '7'];
        return [
            'a status' => [$ours + ['payment_status' => '-10000'], '-10000'],
            'a status that is no UTF-8' => [$ours + ['payment_status' => "\xff"], '?'],
            'another payment of the page' => [['clickbridge_payment' => '6', 'payment_status' => '2'], ''],
            'a page of before' => [['payment_status' => '2'], ''],
            'a list' => [$ours + ['payment_status' => ['2']], ''],
            'nothing' => [$ours, ''],
        ];
    }

    /** @param array<mixed> $query */
    #[TestDox('a query with $_dataName')]
    #[DataProvider('queries')]
    public function testStatus(array $query, string $status): void
    {
        self::assertSame($status, ReturnUrl::status($query, 7));
    }
}
