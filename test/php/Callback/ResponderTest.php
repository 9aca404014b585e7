<?php

declare(strict_types=1);

namespace ClickBridge\Test\Callback;

use ClickBridge\Callback\Answer;
use ClickBridge\Callback\Responder;
use ClickBridge\Test\Support\GrpcPeer;
use ClickBridge\Test\Support\TemporaryFolder;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** What Click hears when the peer at the service's address is sound, broken, or not the service at all. */
final class ResponderTest extends TestCase
{
    private const NOBODY = 'tcp://127.0.0.1:1';

    private static GrpcPeer $peer;
    private static string $folder;

    private string $log = '';

    public static function setUpBeforeClass(): void
    {
        self::$peer = GrpcPeer::start();
        self::$folder = TemporaryFolder::make('clickbridge-answer-');
    }

    public static function tearDownAfterClass(): void
    {
        self::$peer->stop();
        TemporaryFolder::remove(self::$folder);
    }

    protected function setUp(): void
    {
        $this->log = (string) ini_set('error_log', self::$folder . '/log');
        file_put_contents(self::$folder . '/log', '');
    }

    protected function tearDown(): void
    {
        ini_set('error_log', $this->log);
    }

    #[TestDox("the service's text is the answer, byte for byte")]
    public function testVerbatim(): void
    {
        self::assertSame('{"error":0,"error_note":"Успех"}', $this->answer('verdict'));
        self::assertSame('', self::log());
    }

    /** @return list<array{string}> */
    public static function noVerdicts(): array
    {
        return [['two_frames'], ['nonsense'], ['no_trailers'], ['html'], ['refused'], ['no_text'], ['no_json'], ['error_as_text'], ['ok']];
    }

    #[TestDox('a peer that answers with "$manner" gave no verdict: -7, and one line in the log')]
    #[DataProvider('noVerdicts')]
    public function testNoVerdict(string $manner): void
    {
        self::assertSame(Answer::NO_VERDICT_JSON, $this->answer($manner));
        self::assertSame(1, preg_match_all('/^\[.*\] click-bridge: no verdict on a callback: .+$/m', self::log()));
    }

    #[TestDox('nobody at the address is -7, and the log says where nobody was')]
    public function testNobody(): void
    {
        self::assertSame(Answer::NO_VERDICT_JSON, $this->answer('verdict', ['addresses' => [self::NOBODY]]));
        self::assertSame(1, substr_count(self::log(), 'no verdict on a callback: UNAVAILABLE ('));
        self::assertSame(1, substr_count(self::log(), self::NOBODY));
    }

    #[TestDox('a configuration that is missing or wrong is -7, and the log names what is wrong but no value')]
    public function testConfiguration(): void
    {
        $answers = [
            $this->answer('verdict', ['addresses' => ['http://s3cret.example'], 'token' => 's3cret']),
            $this->answer('verdict', null),
        ];

        self::assertSame(array_fill(0, 2, Answer::NO_VERDICT_JSON), $answers);
        self::assertStringContainsString('"addresses" item 0', self::log());
        self::assertStringContainsString('is missing or not readable', self::log());
        self::assertStringNotContainsString('s3cret', self::log());
    }

    /** @param array<string, mixed>|null $settings what the file returns; null: there is none */
    private function answer(string $manner, ?array $settings = []): string
    {
        $path = self::$folder . '/config.php';
        @unlink($path);
        if ($settings !== null) {
            file_put_contents($path, '<?php return ' . var_export($settings + ['addresses' => [self::$peer->address]], true) . ';');
        }
        $_SERVER['REMOTE_ADDR'] = $manner;
        putenv("CLICKBRIDGE_CONFIG=$path");
        try {
            return Responder::answerCurrent()->json;
        } finally {
            putenv('CLICKBRIDGE_CONFIG');
            unset($_SERVER['REMOTE_ADDR']);
        }
    }

    private static function log(): string
    {
        return (string) file_get_contents(self::$folder . '/log');
    }
}
