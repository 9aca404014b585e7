<?php

declare(strict_types=1);

namespace ClickBridge\Test\Grpc;

use ClickBridge\Contract\V1\PrepareRequest;
use ClickBridge\Contract\V1\PrepareResponse;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Endpoint;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\TlsFiles;
use ClickBridge\Grpc\Transport;
use ClickBridge\Grpc\UnaryClient;
use ClickBridge\Test\Support\GrpcPeer;
use ClickBridge\Test\Support\TemporaryFolder;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** The gRPC client against grpc-js as the service sets it up: its listener, its tokens, its errors. */
final class ServicePeerTest extends TestCase
{
    private const BUDGET_MS = 3_000;
    private const TOKEN = 'a-token-of-the-module';
    private const NOBODY = 'tcp://127.0.0.1:1';

    private static GrpcPeer $peer;
    private static string $folder;

    public static function setUpBeforeClass(): void
    {
        self::$folder = TemporaryFolder::make('clickbridge-peer-');
        self::$peer = GrpcPeer::ofService('tcp://127.0.0.1:0', self::TOKEN);
    }

    public static function tearDownAfterClass(): void
    {
        self::$peer->stop();
        TemporaryFolder::remove(self::$folder);
    }

    #[TestDox('a call with the token brings the message, and the next one in the same process too')]
    public function testTwoCalls(): void
    {
        $first = self::heard(self::call('count'));
        $second = self::heard(self::call('count'));

        self::assertSame((int) $first + 1, (int) $second);
    }

    #[TestDox('each call says which version the module has')]
    public function testModuleVersion(): void
    {
        $version = (string) file_get_contents(dirname(__DIR__, 3) . '/php-bridge/install/version.php');

        self::assertStringContainsString('"VERSION" => "' . self::heard(self::call('version')) . '"', $version);
    }

    #[TestDox('a message wider than the first window of HTTP/2 comes whole')]
    public function testLongMessage(): void
    {
        self::assertSame(str_repeat('x', 200_000), self::heard(self::call('long')));
    }

    #[TestDox('a message beyond all bounds is broken off')]
    public function testEndlessMessage(): void
    {
        $status = self::refusal(self::call('endless'));

        self::assertSame([Code::Unavailable, 'the reply is too long'], [$status->code, $status->message]);
    }

    /** @return array<string, array{string, Code, string, array<string, string>, string}> */
    public static function refusals(): array
    {
        return [
            'a lost lease' => [
                'lease lost',
                Code::FailedPrecondition,
                'LEASE_LOST',
                ['orderUpdateId' => '7'],
                'order update 7 is finished or in other hands',
            ],
            'words that are not ASCII' => [
                'words',
                Code::FailedPrecondition,
                'CLICK_REFUSED',
                ['clickErrorCode' => '-5017'],
                "Click refused (-5017): нет денег, 100%\n",
            ],
            'a drain' => ['draining', Code::Unavailable, 'DRAINING', [], 'the service is shutting down'],
        ];
    }

    /** @param array<string, string> $metadata */
    #[TestDox('$_dataName: the code, the reason, its metadata and the words arrive')]
    #[DataProvider('refusals')]
    public function testRefusals(string $manner, Code $code, string $reason, array $metadata, string $message): void
    {
        $status = self::refusal(self::call($manner));

        self::assertTrue($status->fromPeer);
        self::assertSame([$code, $reason, $metadata, $message], [$status->code, $status->reason, $status->metadata, $status->message]);
    }

    #[TestDox('a bug of the service is asked for once, and is not success')]
    public function testBug(): void
    {
        $before = (int) self::heard(self::call('count'));
        $status = self::refusal(self::call('bug', [self::$peer->address, self::$peer->address]));

        self::assertSame([Code::Internal, 'INTERNAL'], [$status->code, $status->reason]);
        self::assertStringNotContainsString('hunter2', $status->message);
        self::assertSame($before + 2, (int) self::heard(self::call('count')));
    }

    #[TestDox('a service that is shutting down is asked for elsewhere')]
    public function testDraining(): void
    {
        $before = (int) self::heard(self::call('count'));
        $status = self::refusal(self::call('draining', [self::$peer->address, self::$peer->address]));

        self::assertSame('UNAVAILABLE DRAINING', $status->forLog());
        // Each address once, the first one again, and this call.
        self::assertSame($before + 4, (int) self::heard(self::call('count')));
    }

    #[TestDox('a handler that never answers ends with the deadline')]
    public function testDeadline(): void
    {
        $status = self::refusal(self::call('silence', budgetMs: 300));

        self::assertSame(Code::DeadlineExceeded, $status->code);
    }

    /** @return array<string, array{string}> */
    public static function wrongTokens(): array
    {
        return ['none' => [''], 'another' => ['another-token'], 'half of it' => [substr(self::TOKEN, 0, -1)]];
    }

    #[TestDox('a token that is not known ($_dataName) is refused, and the log does not say it')]
    #[DataProvider('wrongTokens')]
    public function testTokens(string $token): void
    {
        $status = self::refusal(self::call('count', token: $token));

        self::assertSame('UNAUTHENTICATED TOKEN_INVALID', $status->forLog());
    }

    #[TestDox('a second address is asked when nobody is at the first')]
    public function testSecondAddress(): void
    {
        self::assertNotSame('', self::heard(self::call('count', [self::NOBODY, self::$peer->address])));
    }

    #[TestDox('a unix socket works')]
    public function testUnixSocket(): void
    {
        $peer = GrpcPeer::ofService('unix:' . self::$folder . '/peer.sock', self::TOKEN);
        $response = self::call('count', [$peer->address]);
        $peer->stop();

        self::assertSame('1', self::heard($response));
    }

    #[TestDox('with TLS each side has to know the other: authority, host name, client certificate')]
    public function testTls(): void
    {
        self::makeCertificates();
        $peer = GrpcPeer::ofService('tls://127.0.0.1:0', self::TOKEN, self::$folder);
        $named = [str_replace('127.0.0.1', 'localhost', $peer->address)];
        [$ca, $cert, $key] = [self::$folder . '/ca.pem', self::$folder . '/client.pem', self::$folder . '/client.key'];
        $known = self::call('count', $named, tls: new TlsFiles($ca, $cert, $key));
        $strangers = [
            'a client without a certificate' => self::call('count', $named, tls: new TlsFiles($ca)),
            'a server of an unknown authority' => self::call('count', $named, tls: new TlsFiles('', $cert, $key)),
            'a server with another name' => self::call('count', [$peer->address], tls: new TlsFiles($ca, $cert, $key)),
            'no TLS at all' => self::call('count', [str_replace('tls:', 'tcp:', $peer->address)]),
        ];
        $afterwards = self::call('count', $named, tls: new TlsFiles($ca, $cert, $key));
        $peer->stop();

        self::assertSame('1', self::heard($known));
        $codes = array_map(static fn(PrepareResponse|Status $answer) => self::refusal($answer)->code, $strangers);
        self::assertSame(array_fill_keys(array_keys($strangers), Code::Unavailable), $codes);
        // None of them came as far as the service.
        self::assertSame('2', self::heard($afterwards));
    }

    /** @param non-empty-list<string>|null $addresses */
    private static function call(
        string $manner,
        ?array $addresses = null,
        string $token = self::TOKEN,
        int $budgetMs = self::BUDGET_MS,
        TlsFiles $tls = new TlsFiles(),
    ): PrepareResponse|Status {
        $endpoints = array_map(
            static fn(string $address) => Endpoint::parse($address) ?? self::fail("no address: $address"),
            $addresses ?? [self::$peer->address]
        );
        $client = new UnaryClient($endpoints, new Transport($token, $tls));
        $request = new PrepareRequest(['caller_address' => $manner]);
        return $client->call('clickbridge.v1.CallbackService/Prepare', $request, new PrepareResponse(), $budgetMs);
    }

    private static function heard(PrepareResponse|Status $answer): string
    {
        self::assertInstanceOf(PrepareResponse::class, $answer, $answer instanceof Status ? $answer->forLog() : '');
        return $answer->getJsonBody();
    }

    private static function refusal(PrepareResponse|Status $answer): Status
    {
        self::assertInstanceOf(Status::class, $answer);
        return $answer;
    }

    /** An authority, and a certificate of it for `localhost` and for a client. */
    private static function makeCertificates(): void
    {
        $key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
        self::openssl("req -x509 $key -keyout ca.key -out ca.pem -subj /CN=authority");
        foreach (['server' => 'localhost', 'client' => 'module'] as $name => $host) {
            $names = "-addext subjectAltName=DNS:$host -CA ca.pem -CAkey ca.key -addext basicConstraints=critical,CA:FALSE";
            self::openssl("req -x509 $key -keyout $name.key -out $name.pem -subj /CN=$host $names");
        }
    }

    private static function openssl(string $arguments): void
    {
        exec('cd ' . escapeshellarg(self::$folder) . " && openssl $arguments 2>&1", $output, $code);
        self::assertSame(0, $code, implode("\n", $output));
    }
}
