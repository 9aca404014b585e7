<?php

declare(strict_types=1);

namespace ClickBridge\Test\Callback;

use ClickBridge\Callback\Answer;
use ClickBridge\Test\Support\ChildProcess;
use ClickBridge\Test\Support\GrpcPeer;
use ClickBridge\Test\Support\TemporaryFolder;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** public/callback.php in PHP's own web server, on installations that are not as they should be. Click must get JSON from each. */
final class EndpointTest extends TestCase
{
    private const BRIDGE = __DIR__ . '/../../../php-bridge';
    private const PARTS = ['public', 'lib', 'generated', 'vendor', 'autoload.php'];
    private const SECONDS_MAX = 20;
    private const STARTED = '~\((http://127\.0\.0\.1:[0-9]+)\) started~';
    private const VERDICT = '{"error":0,"error_note":"Успех"}';

    private static GrpcPeer $peer;
    private string $folder;
    private ?ChildProcess $server = null;

    public static function setUpBeforeClass(): void
    {
        self::$peer = GrpcPeer::start();
    }

    public static function tearDownAfterClass(): void
    {
        self::$peer->stop();
    }

    protected function setUp(): void
    {
        $this->folder = TemporaryFolder::make('clickbridge-endpoint-');
    }

    protected function tearDown(): void
    {
        $this->server?->stop(self::SECONDS_MAX);
        TemporaryFolder::remove($this->folder);
    }

    #[TestDox('a whole installation gives the verdict, and logs nothing')]
    public function testWhole(): void
    {
        $this->install(self::PARTS);

        self::assertSame([200, self::VERDICT], $this->post());
        self::assertStringNotContainsString('click-bridge:', $this->log());
    }

    #[TestDox('without the PHP packages Click hears -7, and the log says what to run')]
    public function testNoPackages(): void
    {
        $this->install(['public', 'lib', 'generated', 'autoload.php']);

        self::assertSame([200, Answer::NO_VERDICT_JSON], $this->post());
        self::assertStringContainsString('click-bridge: its PHP packages are missing; run "composer install --no-dev"', $this->log());
    }

    #[TestDox('packages that refuse this PHP are -7, and the log has their reason')]
    public function testPackagesRefuse(): void
    {
        $this->install(['public', 'lib', 'generated', 'autoload.php']);
        $package = "$this->folder/vendor/google/protobuf/src/Google/Protobuf/Internal";
        mkdir($package, 0755, true);
        $refusal = '<?php header("HTTP/1.1 500 Internal Server Error"); throw new RuntimeException("your PHP is too old");';
        file_put_contents("$package/Message.php", $refusal);

        self::assertSame([200, Answer::NO_VERDICT_JSON], $this->post());
        self::assertStringContainsString('click-bridge: its PHP packages do not load: your PHP is too old', $this->log());
    }

    /** @return array<string, array{list<string>}> */
    public static function halves(): array
    {
        return [
            'the classes' => [['public', 'generated', 'autoload.php']],
            'autoload.php' => [['public', 'lib', 'generated', 'vendor']],
            'everything else' => [['public']],
        ];
    }

    /** @param list<string> $parts */
    #[TestDox('a folder that was copied without $_dataName answers -7, and says so in the log')]
    #[DataProvider('halves')]
    public function testHalf(array $parts): void
    {
        $this->install($parts);

        self::assertSame([200, Answer::NO_VERDICT_JSON], $this->post());
        self::assertStringContainsString('click-bridge: ', $this->log());
    }

    /** @return list<array{string}> */
    public static function takenFunctions(): array
    {
        $alone = ['ini_set', 'ignore_user_abort', 'set_time_limit', 'error_log', 'getenv'];
        return array_map(static fn(string $functions) => [$functions], [...$alone, implode(',', $alone)]);
    }

    #[TestDox('a host that took $functions away gets the verdict all the same')]
    #[DataProvider('takenFunctions')]
    public function testTakenFunctions(string $functions): void
    {
        $this->install(self::PARTS);

        self::assertSame([200, self::VERDICT], $this->post(['-d', "disable_functions=$functions"]));
    }

    #[TestDox('a host that took curl_exec away is -7, and the log names it: the order page asks by the same client')]
    public function testNoCurlExec(): void
    {
        $this->install(self::PARTS);

        self::assertSame([200, Answer::NO_VERDICT_JSON], $this->post(['-d', 'disable_functions=curl_exec']));
        self::assertStringContainsString('click-bridge: no verdict on a callback: UNIMPLEMENTED (PHP has no curl_exec', $this->log());
    }

    #[TestDox('a host that took away the log as well as what the call needs still answers -7')]
    public function testNothingToLogWith(): void
    {
        $this->install(self::PARTS);

        self::assertSame([200, Answer::NO_VERDICT_JSON], $this->post(['-d', 'disable_functions=error_log,curl_exec']));
    }

    #[TestDox('init.php may require autoload.php at any time: a page runs without the packages, and nothing is logged')]
    public function testInit(): void
    {
        $this->install(['lib', 'generated', 'autoload.php']);
        $code = 'require "$argv[1]/autoload.php"; echo class_exists("Google\Protobuf\Nothing") ? "" : "the page";';

        $page = ChildProcess::start([PHP_BINARY, '-r', $code, $this->folder]);

        self::assertSame([0, 'the page'], [$page->wait(), $page->output()]);
    }

    #[TestDox('the agent of a half installed module stays an agent')]
    public function testAgent(): void
    {
        $this->install(['lib', 'generated', 'autoload.php']);
        $code = 'require "$argv[1]/autoload.php"; echo \ClickBridge\Order\CatchUp::run();';

        $agent = ChildProcess::start([PHP_BINARY, '-r', $code, $this->folder]);

        self::assertSame(0, $agent->wait(), $agent->output());
        self::assertStringContainsString('run "composer install --no-dev"', $agent->output());
        self::assertStringEndsWith('\ClickBridge\Order\CatchUp::run();', $agent->output());
    }

    /** @param list<string> $parts of the folder */
    private function install(array $parts): void
    {
        foreach ($parts as $part) {
            // PHP resolves links, so what must find its neighbours by __DIR__ is copied.
            match ($part) {
                'public' => $this->copyEndpoint(),
                'autoload.php' => copy(self::BRIDGE . "/$part", "$this->folder/$part"),
                default => symlink((string) realpath(self::BRIDGE . "/$part"), "$this->folder/$part"),
            };
        }
        $config = var_export(['addresses' => [self::$peer->address]], true);
        mkdir("$this->folder/bitrix/php_interface", 0755, true);
        file_put_contents("$this->folder/bitrix/php_interface/clickbridge.php", "<?php return $config;");
        // The peer is told by the caller's address how to answer.
        $manner = '$_SERVER["REMOTE_ADDR"] = "verdict";';
        file_put_contents("$this->folder/stub.php", "<?php $manner require __DIR__ . '/public/callback.php';");
    }

    private function copyEndpoint(): void
    {
        mkdir("$this->folder/public");
        copy(self::BRIDGE . '/public/callback.php', "$this->folder/public/callback.php");
    }

    /**
     * @param list<string> $options of PHP
     * @return array{int, string} the HTTP status and the body
     */
    private function post(array $options = []): array
    {
        $command = [PHP_BINARY, ...$options, '-S', '127.0.0.1:0', '-t', $this->folder, "$this->folder/stub.php"];
        $this->server = ChildProcess::start($command);
        $this->server->awaitLine(self::STARTED, self::SECONDS_MAX);
        preg_match(self::STARTED, $this->server->output(), $part);
        $curl = curl_init(($part[1] ?? '') . '/?route=complete');
        curl_setopt_array($curl, [
            CURLOPT_POSTFIELDS => 'action=1&amount=1',
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => self::SECONDS_MAX,
            CURLOPT_PROXY => '',
        ]);
        $body = curl_exec($curl);
        self::assertIsString($body, curl_error($curl));
        return [(int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $body];
    }

    private function log(): string
    {
        return (string) $this->server?->output();
    }
}
