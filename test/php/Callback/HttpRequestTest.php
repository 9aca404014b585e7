<?php

declare(strict_types=1);

namespace ClickBridge\Test\Callback;

use ClickBridge\Callback\HttpRequest;
use PHPUnit\Framework\Attributes\BackupGlobals;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** What a web server says of the way that a callback took. */
final class HttpRequestTest extends TestCase
{
    private const CLICK = '203.0.113.9';

    /** @return list<array{array<string, string>, bool}> */
    public static function ways(): array
    {
        return [
            [['REMOTE_ADDR' => self::CLICK], true],
            [['REMOTE_ADDR' => self::CLICK, 'HTTPS' => 'off', 'SERVER_PORT' => '80', 'REQUEST_SCHEME' => 'http'], true],
            [['REMOTE_ADDR' => self::CLICK, 'HTTPS' => 'on'], false],
            [['REMOTE_ADDR' => self::CLICK, 'SERVER_PORT' => '443'], false],
            [['REMOTE_ADDR' => '10.0.0.2', 'HTTP_X_FORWARDED_PROTO' => 'https'], false],
            [['REMOTE_ADDR' => '10.0.0.2', 'HTTP_X_FORWARDED_PROTO' => 'http'], true],
            [['REMOTE_ADDR' => '127.0.0.1', 'HTTP_HTTPS' => 'YES', 'HTTP_X_FORWARDED_FOR' => self::CLICK], false],
            [['REMOTE_ADDR' => '127.0.0.1'], false],
            [['REMOTE_ADDR' => '::1'], false],
            [['REMOTE_ADDR' => '127.0.0.1', 'HTTP_X_FORWARDED_FOR' => '127.0.0.1'], false],
            [['REMOTE_ADDR' => '127.0.0.1', 'HTTP_X_FORWARDED_FOR' => '127.0.0.1, ' . self::CLICK], true],
            [['REMOTE_ADDR' => self::CLICK, 'HTTP_X_FORWARDED_FOR' => '127.0.0.1'], true],
            [[], true],
        ];
    }

    /** @param array<string, string> $server */
    #[TestDox('whether a callback came in the clear from another machine: $_dataset')]
    #[DataProvider('ways')]
    #[BackupGlobals(true)]
    public function testUnencrypted(array $server, bool $unencrypted): void
    {
        $_SERVER = $server + ['REQUEST_METHOD' => 'POST'];

        self::assertSame($unencrypted, HttpRequest::current(false, false)->getUnencrypted());
    }

    #[TestDox('the request goes on as it came: absent stays absent, and bytes that are no UTF-8 cannot stop it')]
    #[BackupGlobals(true)]
    public function testForwarded(): void
    {
        $_SERVER = ['REQUEST_METHOD' => "P\xffST", 'CONTENT_TYPE' => 'text/plain', 'REMOTE_ADDR' => self::CLICK];
        $_GET = [];
        $request = HttpRequest::current(true, true);

        self::assertFalse($request->hasRoute());
        self::assertSame(['P?ST', 'text/plain', '', self::CLICK], [
            $request->getHttpMethod(), $request->getContentType(), $request->getBody(), $request->getCallerAddress(),
        ]);
        self::assertSame([true, true], [$request->getCertificationOnly(), $request->getLeaveOrderUpdate()]);
    }

    /** @return array<string, array{mixed, string}> */
    public static function routes(): array
    {
        return ['a word' => ['prepare', 'prepare'], 'nothing' => ['', ''], 'a list' => [['prepare'], ''], 'no UTF-8' => ["\xff", '?']];
    }

    #[TestDox('a route that the address names is never taken for none: $_dataName')]
    #[DataProvider('routes')]
    #[BackupGlobals(true)]
    public function testRoute(mixed $given, string $expected): void
    {
        $_GET = ['route' => $given];
        $request = HttpRequest::current(false, false);

        self::assertTrue($request->hasRoute());
        self::assertSame($expected, $request->getRoute());
    }

    #[TestDox('a body that is too long by its own length is not read, and is absent')]
    #[BackupGlobals(true)]
    public function testTooLong(): void
    {
        $_SERVER = ['CONTENT_LENGTH' => '65537'];

        self::assertFalse(HttpRequest::current(false, false)->hasBody());
    }
}
