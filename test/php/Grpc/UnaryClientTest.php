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
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** The gRPC client against an HTTP/2 peer that breaks the protocol. ServicePeerTest has one that keeps it. */
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
        $transport = new Transport('', new TlsFiles(), CURL_VERSION_SSL);
        $client = new UnaryClient([self::endpoint(self::$peer->address)], $transport);
        $status = $client->call('x/Y', new PrepareRequest(), new PrepareResponse(), self::BUDGET_MS);

        self::assertInstanceOf(Status::class, $status);
        self::assertSame(Code::Unimplemented, $status->code);
        self::assertStringContainsString('HTTP/2', $status->message);
    }

    /** @param non-empty-list<string> $addresses */
    private static function call(
        array $addresses,
        string $manner,
        string $token = '',
        int $budgetMs = self::BUDGET_MS,
    ): PrepareResponse|Status {
        $client = new UnaryClient(array_map(self::endpoint(...), $addresses), new Transport($token, new TlsFiles()));
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
}
