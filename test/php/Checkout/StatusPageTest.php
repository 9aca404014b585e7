<?php

declare(strict_types=1);

namespace ClickBridge\Test\Checkout;

use ClickBridge\Checkout\StatusAnswer;
use ClickBridge\Checkout\StatusPage;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;

/** What the status endpoint answers. */
final class StatusPageTest extends CheckoutTestCase
{
    private const TOKEN = 'v1.42.signed';

    #[TestDox('a GET with the token in its header tells the stage')]
    public function testStage(): void
    {
        $stages = array_map(
            fn(string $token): array => $this->answer('GET', '', ['HTTP_X_CLICKBRIDGE_TOKEN' => $token])->values,
            [self::TOKEN, 'v1.9000.signed', 'v1.9404.signed'],
        );

        // The last is gone: a page that is open must not ask for ever.
        self::assertSame([['stage' => 'PAYABLE'], ['stage' => 'CAPTURED'], ['stage' => 'NOT_PAYABLE']], $stages);
    }

    /** @return array<string, array{string, string, array<string, mixed>}> */
    public static function strangers(): array
    {
        return [
            'GET without a token' => ['GET', '', []],
            'GET with a token in the address' => ['GET', '', ['QUERY_STRING' => 'token=' . self::TOKEN]],
            'GET with a token of another form' => ['GET', '', ['HTTP_X_CLICKBRIDGE_TOKEN' => 'v1.<b>']],
            'GET with a token that is too long' => ['GET', '', ['HTTP_X_CLICKBRIDGE_TOKEN' => 'v1.' . str_repeat('a', 126)]],
            'POST without a token' => ['POST', 'phone=901234567&nonce=1', []],
            'POST with a token in the header alone' => ['POST', 'phone=901234567&nonce=1', ['HTTP_X_CLICKBRIDGE_TOKEN' => self::TOKEN]],
            'POST with a list of tokens' => ['POST', 'token[]=' . self::TOKEN . '&phone=901234567&nonce=1', []],
        ];
    }

    /** @param array<string, mixed> $server */
    #[TestDox('$_dataName is refused')]
    #[DataProvider('strangers')]
    public function testStrangers(string $method, string $body, array $server): void
    {
        $answer = $this->answer($method, $body, $server);

        self::assertSame([403, ['error' => 'TOKEN']], [$answer->httpStatus, $answer->values]);
    }

    #[TestDox('other methods are refused')]
    public function testMethods(): void
    {
        foreach (['HEAD', 'PUT', 'DELETE', 'OPTIONS', ''] as $method) {
            self::assertSame(405, $this->answer($method, '')->httpStatus);
        }
    }

    #[TestDox('the same form is one request; another phone or another nonce is another one')]
    public function testRequestId(): void
    {
        $ids = [];
        foreach ([['90 1', 'a'], ['90 1', 'a'], ['90 2', 'a'], ['90 1', 'b']] as [$phone, $nonce]) {
            self::assertSame(['invoice' => 'SENT'], $this->invoice($phone, $nonce)->values);
            [$ids[], $address] = explode(' ', self::$peer->line());
            self::assertSame('203.0.113.9', $address);
        }

        self::assertSame($ids[0], $ids[1]);
        self::assertCount(3, array_unique($ids));
        self::assertMatchesRegularExpression('/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/D', $ids[0]);
    }

    /** @return array<string, array{string, int, array<string, string>, int}> */
    public static function endings(): array
    {
        return [
            'one invoice too many' => ['too many', 429, ['error' => 'TOO_MANY'], 1_200],
            'a phone that is none' => ['no phone', 422, ['error' => 'PHONE'], 0],
            'a payment that is made' => ['paid', 409, ['error' => 'NOT_PAYABLE'], 0],
            'a payment that is gone' => ['gone', 409, ['error' => 'NOT_PAYABLE'], 0],
            'an invoice that Click refused' => ['refused', 422, ['error' => 'REFUSED'], 0],
            'a token that has ended' => ['ended', 403, ['error' => 'TOKEN'], 0],
            'a phone that is too long' => [str_repeat('9', 65), 422, ['error' => 'PHONE'], 0],
            'a phone that is no text' => ["\xff", 422, ['error' => 'PHONE'], 0],
        ];
    }

    /** @param array<string, string> $values */
    #[TestDox('$_dataName is told by a word of ours')]
    #[DataProvider('endings')]
    public function testEndings(string $phone, int $httpStatus, array $values, int $retryAfterSeconds): void
    {
        $answer = $this->invoice($phone);

        self::assertSame(
            [$httpStatus, $values, $retryAfterSeconds],
            [$answer->httpStatus, $answer->values, $answer->retryAfterSeconds],
        );
    }

    #[TestDox('a lost reply of Click\'s is not told as sent')]
    public function testUnknown(): void
    {
        self::assertSame(['invoice' => 'UNKNOWN'], $this->invoice('lost')->values);
        self::$peer->line();
    }

    #[TestDox('a form without its nonce, or with one of another form, sends nothing')]
    public function testNonce(): void
    {
        self::assertSame(['error' => 'FORM'], $this->invoice('901234567', '')->values);
        self::assertSame(['error' => 'FORM'], $this->invoice('901234567', '<b>')->values);
    }

    #[TestDox('without the service it says so, and logs no phone and no token')]
    public function testServiceDown(): void
    {
        $log = tempnam(sys_get_temp_dir(), 'clickbridge-log-');
        self::assertIsString($log);
        $before = (string) ini_set('error_log', $log);

        $answers = [$this->invoice('down'), StatusPage::answer(self::server('GET'), '', '/nowhere.php')];
        ini_set('error_log', $before);

        self::assertSame([503, 503], array_map(static fn(StatusAnswer $answer): int => $answer->httpStatus, $answers));
        self::assertStringContainsString('DATABASE_UNAVAILABLE', (string) file_get_contents($log));
        self::assertStringNotContainsString('v1.', (string) file_get_contents($log));
        unlink($log);
    }

    private function invoice(string $phone, string $nonce = 'n-1'): StatusAnswer
    {
        return $this->answer('POST', http_build_query(['token' => self::TOKEN, 'phone' => $phone, 'nonce' => $nonce]));
    }

    /** @param array<string, mixed> $server */
    private function answer(string $method, string $body, array $server = []): StatusAnswer
    {
        return StatusPage::answer(['REQUEST_METHOD' => $method, 'REMOTE_ADDR' => '203.0.113.9'] + $server, $body, self::$config);
    }

    /** @return array<string, mixed> */
    private static function server(string $method): array
    {
        return ['REQUEST_METHOD' => $method, 'HTTP_X_CLICKBRIDGE_TOKEN' => self::TOKEN];
    }
}
