<?php

declare(strict_types=1);

namespace ClickBridge\Test\Checkout;

use ClickBridge\Checkout\GuestPage;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** Where back.php leads; test/e2e/checkout/guest.test.ts has the whole way. */
final class GuestPageTest extends TestCase
{
    /** @return array<string, array{array<mixed>, mixed, string}> */
    public static function returns(): array
    {
        $ours = ['clickbridge_payment' => '7', 'lang' => 'ru', 'payment_id' => '55', 'payment_status' => '-1'];
        $told = 'clickbridge_payment=7&payment_id=55&payment_status=-1';
        return [
            'a page with a query' => [$ours, '/order/?ORDER_ID=1&HASH=x', "/order/?ORDER_ID=1&HASH=x&$told"],
            'a page without one' => [$ours, '/guest/x/', "/guest/x/?$told"],
            'what Click did not say as numbers' => [
                ['payment_id' => ['5'], 'payment_status' => "2\r\nX: y", 'other' => '1'] + $ours, '/o', '/o?clickbridge_payment=7',
            ],
            'another payment\'s page' => [['clickbridge_payment' => '8'] + $ours, '/order/', ''],
            'no payment' => [['clickbridge_payment' => '7x'] + $ours, '/order/', ''],
            'a list' => [['clickbridge_payment' => ['7']] + $ours, '/order/', ''],
            'another site' => [$ours, '//evil.uz/', ''],
            'another site in a browser\'s reading' => [$ours, '/\\evil.uz/', ''],
            'a whole address' => [$ours, 'https://evil.uz/', ''],
            'a header of somebody\'s' => [$ours, "/order/\r\nX: y", ''],
            'a cookie that is a list' => [$ours, ['/order/'], ''],
            'a path beyond every length' => [$ours, '/' . str_repeat('x', 2_000), ''],
        ];
    }

    /** @param array<mixed> $query */
    #[TestDox('$_dataName')]
    #[DataProvider('returns')]
    public function testFound(array $query, mixed $cookie, string $page): void
    {
        self::assertSame($page, GuestPage::found($query, ['clickbridge_page_7' => $cookie]));
    }
}
