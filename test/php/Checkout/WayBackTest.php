<?php

declare(strict_types=1);

namespace ClickBridge\Test\Checkout;

use ClickBridge\Checkout\WayBack;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** The page's own address, given to Click and coming back. */
final class WayBackTest extends TestCase
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
            'one with a fragment, where Click would write into' => ["$page#pay", "$page?clickbridge_payment=7"],
        ];
    }

    #[TestDox('$_dataName')]
    #[DataProvider('pages')]
    public function testUrl(string $page, string $url): void
    {
        self::assertSame($url, WayBack::url($page, 7));
    }

    /** @return array<string, array{array<mixed>, string}> */
    public static function queries(): array
    {
        $ours = ['clickbridge_payment' => '7'];
        return [
            'paid' => [$ours + ['payment_status' => '2'], 'PAID'],
            'accepted' => [$ours + ['payment_status' => '0'], 'PAID'],
            'failed' => [$ours + ['payment_status' => '-10000'], 'FAILED'],
            'another payment of the page' => [['clickbridge_payment' => '6', 'payment_status' => '2'], ''],
            'a page of before' => [['payment_status' => '2'], ''],
            'words' => [$ours + ['payment_status' => 'paid'], ''],
            'a list' => [$ours + ['payment_status' => ['2']], ''],
            'nothing' => [$ours, ''],
        ];
    }

    /** @param array<mixed> $query */
    #[TestDox('a query that says $_dataName')]
    #[DataProvider('queries')]
    public function testHint(array $query, string $hint): void
    {
        self::assertSame($hint, WayBack::hint($query, 7));
    }
}
