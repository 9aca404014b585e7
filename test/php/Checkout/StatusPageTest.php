<?php

declare(strict_types=1);

namespace ClickBridge\Test\Checkout;

use ClickBridge\Checkout\StatusPage;
use PHPUnit\Framework\Attributes\TestDox;

/** The status endpoint forwards; test/contract/checkout/answer-checkout.test.ts has what is answered. */
final class StatusPageTest extends CheckoutTestCase
{
    private const TOKEN = 'v1.42.signed';
    private const SERVER = ['REQUEST_METHOD' => 'POST', 'HTTP_X_CLICKBRIDGE_TOKEN' => self::TOKEN, 'REMOTE_ADDR' => '203.0.113.9'];

    #[TestDox('the method, the token of the header, the body and the address go on as they came')]
    public function testForwards(): void
    {
        $asked = $this->asked(self::SERVER, 'phone=90&nonce=%ff');

        self::assertSame(
            ['httpMethod' => 'POST', 'body' => 'phone=90&nonce=%ff', 'token' => self::TOKEN, 'callerAddress' => '203.0.113.9'],
            $asked,
        );
    }

    #[TestDox('an empty body is sent and one that is too long is not')]
    public function testBodies(): void
    {
        $bodies = array_map(
            fn(string $body): mixed => $this->asked(self::SERVER, $body)['body'],
            ['', str_repeat('a', 4_096), str_repeat('a', 4_097)],
        );

        self::assertSame(['', str_repeat('a', 4_096), null], $bodies);
    }

    #[TestDox('what a web server leaves out is empty, and bytes that are no UTF-8 cannot stop the request')]
    public function testOddServers(): void
    {
        $asked = $this->asked(['HTTP_X_CLICKBRIDGE_TOKEN' => "\xff", 'REMOTE_ADDR' => ['a list']], '');

        self::assertSame(['httpMethod' => '', 'body' => '', 'token' => '?', 'callerAddress' => ''], $asked);
    }

    #[TestDox('the answer is the service\'s, with its status and its pause')]
    public function testAnswer(): void
    {
        $answer = StatusPage::answer(self::SERVER, '', self::$config);

        self::assertSame(
            [429, 'TOO_MANY', 1_200],
            [$answer?->getHttpStatus(), $answer?->getWord(), $answer?->getRetryAfterSeconds()],
        );
    }

    #[TestDox('without the service there is no answer, and the log has no phone and no token')]
    public function testServiceDown(): void
    {
        $log = tempnam(sys_get_temp_dir(), 'clickbridge-log-');
        self::assertIsString($log);
        $before = (string) ini_set('error_log', $log);

        $down = ['REQUEST_METHOD' => 'DOWN'] + self::SERVER;
        $answers = [StatusPage::answer($down, 'phone=901234567', self::$config), StatusPage::answer(self::SERVER, '', '/nowhere.php')];
        ini_set('error_log', $before);

        self::assertSame([null, null], $answers);
        self::assertStringContainsString('DATABASE_UNAVAILABLE', (string) file_get_contents($log));
        self::assertStringContainsString('/nowhere.php is missing', (string) file_get_contents($log));
        self::assertDoesNotMatchRegularExpression('/v1\.|9012/', (string) file_get_contents($log));
        unlink($log);
    }

    /**
     * @param array<string, mixed> $server
     * @return array<string, mixed> what the peer was asked
     */
    private function asked(array $server, string $body): array
    {
        $asked = json_decode((string) StatusPage::answer($server, $body, self::$config)?->getJsonBody(), true);
        self::assertIsArray($asked);
        return $asked;
    }
}
