<?php

declare(strict_types=1);

namespace ClickBridge\Test\Callback;

use ClickBridge\Callback\Answer;
use ClickBridge\Callback\HttpRequest;
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

    #[TestDox("the service's text is the answer, byte for byte, on both routes")]
    public function testVerbatim(): void
    {
        $answers = [$this->answer('verdict', 'prepare'), $this->answer('verdict', 'complete')];

        self::assertSame(array_fill(0, 2, '{"error":0,"error_note":"Успех"}'), $answers);
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
        $answers = [$this->answer($manner, 'prepare'), $this->answer($manner, 'complete')];

        self::assertSame(array_fill(0, 2, Answer::NO_VERDICT_JSON), $answers);
        self::assertSame(2, preg_match_all('/^\[.*\] click-bridge: no verdict on a callback: .+$/m', self::log()));
    }

    #[TestDox('nobody at the address is -7, and the log says where nobody was')]
    public function testNobody(): void
    {
        $answers = [$this->answer('verdict', 'prepare', self::NOBODY), $this->answer('verdict', 'complete', self::NOBODY)];

        self::assertSame(array_fill(0, 2, Answer::NO_VERDICT_JSON), $answers);
        self::assertSame(2, substr_count(self::log(), 'no verdict on a callback: UNAVAILABLE ('));
        self::assertSame(2, substr_count(self::log(), self::NOBODY));
    }

    #[TestDox('an unsigned form that breaks a rule never reaches the service')]
    public function testNoise(): void
    {
        $request = new HttpRequest('POST', 'prepare', null, 'amount[]=1', 'verdict');
        $answer = Responder::answer($request, self::$folder . '/nothere.php');

        self::assertSame('{"error":-8,"error_note":"Error in request from click: amount must be text"}', $answer->json);
        self::assertSame('', self::log());
    }

    #[TestDox('a route that is neither Prepare nor Complete is refused')]
    public function testUnknownRoute(): void
    {
        self::assertStringContainsString('"error":-8', $this->answer('verdict', 'refund'));
        self::assertStringContainsString('"error":-8', $this->answer('verdict', ''));
    }

    #[TestDox('a configuration that is missing or wrong is -7, and the log names what is wrong but no value')]
    public function testConfiguration(): void
    {
        $path = self::$folder . '/wrong.php';
        file_put_contents($path, "<?php return ['addresses' => ['http://s3cret.example'], 'token' => 's3cret'];");
        $request = new HttpRequest('POST', 'prepare', null, 'amount=1', '');
        $answers = [Responder::answer($request, $path)->json, Responder::answer($request, self::$folder . '/nothere.php')->json];

        self::assertSame(array_fill(0, 2, Answer::NO_VERDICT_JSON), $answers);
        self::assertStringContainsString('"addresses" item 0', self::log());
        self::assertStringNotContainsString('s3cret', self::log());
    }

    private function answer(string $manner, string $route, ?string $address = null): string
    {
        $path = self::$folder . '/config.php';
        file_put_contents($path, '<?php return ' . var_export(['addresses' => [$address ?? self::$peer->address]], true) . ';');
        $action = $route === 'complete' ? '1' : '0';
        return Responder::answer(new HttpRequest('POST', $route, null, "action=$action&amount=1", $manner), $path)->json;
    }

    private static function log(): string
    {
        return (string) file_get_contents(self::$folder . '/log');
    }
}
