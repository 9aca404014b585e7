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
use PHPUnit\Framework\TestCase;

/** The gRPC client against a real HTTP/2 peer, sound and broken. */
final class UnaryClientTest extends TestCase
{
    private const BUDGET_MS = 3_000;
    private const NOBODY = 'tcp://127.0.0.1:1';

    private static GrpcPeer $peer;

    public static function setUpBeforeClass(): void
    {
        self::$peer = GrpcPeer::start();
    }

    public static function tearDownAfterClass(): void
    {
        self::$peer->stop();
    }

    public function testACallBringsTheMessageAndCarriesTokenAndDeadline(): void
    {
        $response = self::call([self::$peer->address], 'ok', token: 'a-secret-token');

        self::assertInstanceOf(PrepareResponse::class, $response);
        $heard = (array) json_decode($response->getJsonBody(), true);
        self::assertSame('Bearer a-secret-token', $heard['token']);
        self::assertMatchesRegularExpression('/^[0-9]{1,4}m$/', (string) $heard['timeout']);
    }

    public function testTwoCallsInOneProcessBothWork(): void
    {
        $first = self::call([self::$peer->address], 'ok');
        $second = self::call([self::$peer->address], 'ok');

        self::assertInstanceOf(PrepareResponse::class, $first);
        self::assertInstanceOf(PrepareResponse::class, $second);
    }

    /** @return array<string, array{string, Code}> */
    public static function brokenAnswers(): array
    {
        return [
            'two messages' => ['two_frames', Code::Internal],
            'half a message' => ['half_frame', Code::Internal],
            'OK without a message' => ['no_body', Code::Internal],
            'bytes that are no message' => ['nonsense', Code::Internal],
            'no trailers' => ['no_trailers', Code::Internal],
            'HTTP 500' => ['http_500', Code::Unavailable],
            'a web page' => ['html', Code::Unavailable],
        ];
    }

    #[DataProvider('brokenAnswers')]
    public function testABrokenAnswerIsNeverSuccess(string $manner, Code $code): void
    {
        $status = self::call([self::$peer->address], $manner);

        self::assertInstanceOf(Status::class, $status);
        self::assertSame($code, $status->code);
    }

    public function testARefusalComesWithItsReasonAndItsDecodedText(): void
    {
        $status = self::call([self::$peer->address], 'refused');

        self::assertInstanceOf(Status::class, $status);
        self::assertSame(Code::FailedPrecondition, $status->code);
        self::assertSame('LEASE_LOST', $status->reason);
        self::assertSame(['a' => 'b'], $status->metadata);
        self::assertSame('нет', $status->message);
        self::assertSame('FAILED_PRECONDITION LEASE_LOST', $status->forLog());
    }

    public function testASilentPeerEndsWithTheDeadline(): void
    {
        $status = self::call([self::$peer->address], 'slow', budgetMs: 200);

        self::assertInstanceOf(Status::class, $status);
        self::assertSame(Code::DeadlineExceeded, $status->code);
    }

    public function testASecondAddressIsAskedWhenNobodyIsAtTheFirst(): void
    {
        $response = self::call([self::NOBODY, self::$peer->address], 'ok');

        self::assertInstanceOf(PrepareResponse::class, $response);
    }

    public function testASilentFirstAddressLeavesTimeForTheSecond(): void
    {
        $silent = stream_socket_server('tcp://127.0.0.1:0');
        self::assertIsResource($silent);
        $response = self::call(['tcp://' . stream_socket_get_name($silent, false), self::$peer->address], 'ok', budgetMs: 1_000);
        fclose($silent);

        self::assertInstanceOf(PrepareResponse::class, $response);
    }

    public function testARefusalIsNotAskedForAgainElsewhere(): void
    {
        $before = self::callsHeard();
        $status = self::call([self::$peer->address, self::$peer->address], 'refused');

        self::assertInstanceOf(Status::class, $status);
        self::assertSame($before + 2, self::callsHeard());
    }

    public function testNobodyAnywhereIsUnavailable(): void
    {
        $status = self::call([self::NOBODY], 'ok');

        self::assertInstanceOf(Status::class, $status);
        self::assertSame(Code::Unavailable, $status->code);
    }

    public function testACurlWithoutHttp2IsNamedAtOnce(): void
    {
        $transport = new Transport('', new TlsFiles('', '', ''), CURL_VERSION_SSL);
        $client = new UnaryClient([self::endpoint(self::$peer->address)], $transport);
        $status = $client->call('x/Y', new PrepareRequest(), new PrepareResponse(), self::BUDGET_MS);

        self::assertInstanceOf(Status::class, $status);
        self::assertSame(Code::Unimplemented, $status->code);
        self::assertStringContainsString('HTTP/2', $status->message);
    }

    public function testAUnixSocketWorks(): void
    {
        $folder = TemporaryFolder::make('clickbridge-peer-');
        $peer = GrpcPeer::start("unix:$folder/peer.sock");
        $response = self::call([$peer->address], 'ok');
        $peer->stop();
        TemporaryFolder::remove($folder);

        self::assertInstanceOf(PrepareResponse::class, $response);
    }

    public function testTlsChecksTheServerAndShowsTheClientsCertificate(): void
    {
        $folder = self::certificates();
        $peer = GrpcPeer::start("tls:$folder");
        $address = str_replace('127.0.0.1', 'localhost', $peer->address);
        $known = self::call([$address], 'ok', tls: new TlsFiles("$folder/ca.pem", "$folder/client.pem", "$folder/client.key"));
        $unknownClient = self::call([$address], 'ok', tls: new TlsFiles("$folder/ca.pem", '', ''));
        $unknownServer = self::call([$address], 'ok', tls: new TlsFiles('', "$folder/client.pem", "$folder/client.key"));
        $peer->stop();
        TemporaryFolder::remove($folder);

        self::assertInstanceOf(PrepareResponse::class, $known);
        self::assertInstanceOf(Status::class, $unknownClient);
        self::assertInstanceOf(Status::class, $unknownServer);
    }

    /** @param non-empty-list<string> $addresses */
    private static function call(
        array $addresses,
        string $manner,
        string $token = '',
        int $budgetMs = self::BUDGET_MS,
        TlsFiles $tls = new TlsFiles('', '', ''),
    ): PrepareResponse|Status {
        $client = new UnaryClient(array_map(self::endpoint(...), $addresses), new Transport($token, $tls));
        $request = new PrepareRequest(['caller_address' => $manner]);
        return $client->call('clickbridge.v1.CallbackService/Prepare', $request, new PrepareResponse(), $budgetMs);
    }

    /** How many calls the peer has heard, this one included. */
    private static function callsHeard(): int
    {
        $response = self::call([self::$peer->address], 'ok');
        self::assertInstanceOf(PrepareResponse::class, $response);
        $heard = (array) json_decode($response->getJsonBody(), true);
        self::assertIsInt($heard['calls']);
        return $heard['calls'];
    }

    private static function endpoint(string $address): Endpoint
    {
        $endpoint = Endpoint::parse($address);
        self::assertNotNull($endpoint);
        return $endpoint;
    }

    /** An authority, and a certificate of it for `localhost` and for a client. */
    private static function certificates(): string
    {
        $folder = TemporaryFolder::make('clickbridge-tls-');
        $key = '-newkey rsa:2048 -nodes -days 2';
        self::openssl($folder, "req -x509 $key -keyout ca.key -out ca.pem -subj /CN=authority");
        foreach (['server' => 'localhost', 'client' => 'front'] as $name => $host) {
            $names = "-addext subjectAltName=DNS:$host -CA ca.pem -CAkey ca.key -addext basicConstraints=critical,CA:FALSE";
            self::openssl($folder, "req -x509 $key -keyout $name.key -out $name.pem -subj /CN=$host $names");
        }
        return $folder;
    }

    private static function openssl(string $folder, string $arguments): void
    {
        exec('cd ' . escapeshellarg($folder) . " && openssl $arguments 2>&1", $output, $code);
        self::assertSame(0, $code, implode("\n", $output));
    }
}
