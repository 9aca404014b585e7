<?php

/**
 * Shows a payment, and gives its money back when asked to. Uses the gRPC client of php-bridge: no ext-grpc, no protoc.
 *
 *     BRIDGE_ADDRESS=tcp://127.0.0.1:50051 BRIDGE_TOKEN=… php refund.php PAYMENT_ID
 *     … php refund.php PAYMENT_ID REQUEST_ID        refunds; REQUEST_ID is a UUID of yours, the same for every try of one refund
 *
 * The token needs the scopes `read` and `refund`: another one than the shop's module has. BRIDGE_LIB: where php-bridge lies.
 */

declare(strict_types=1);

namespace ClickBridge\Example;

use ClickBridge\Contract\V1\Attempt;
use ClickBridge\Contract\V1\Attempt\State as AttemptState;
use ClickBridge\Contract\V1\GetPaymentRequest;
use ClickBridge\Contract\V1\GetPaymentResponse;
use ClickBridge\Contract\V1\Refund\State as RefundState;
use ClickBridge\Contract\V1\RefundPaymentRequest;
use ClickBridge\Contract\V1\RefundPaymentResponse;
use ClickBridge\Grpc\Endpoint;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\TlsFiles;
use ClickBridge\Grpc\Transport;
use ClickBridge\Grpc\UnaryClient;
use Google\Protobuf\Internal\Message;

$folder = getenv('BRIDGE_LIB') ?: __DIR__ . '/../../php-bridge';
require "$folder/autoload.php";

/** A refund waits for Click. */
const BUDGET_MS = 30_000;

[, $paymentId, $requestId] = $argv + [1 => '', 2 => ''];
$endpoint = Endpoint::parse((string) getenv('BRIDGE_ADDRESS')) ?? exit("BRIDGE_ADDRESS must be unix:/…, tcp://… or tls://…\n");
$client = new UnaryClient([$endpoint], new Transport((string) getenv('BRIDGE_TOKEN'), new TlsFiles()));

$request = new GetPaymentRequest(['payment_id' => $paymentId]);
$payment = call($client, 'GetPayment', $request, new GetPaymentResponse())->getPayment();
echo "order {$payment?->getOrderNumber()}: {$payment?->getAmountTiyin()} tiyin\n";
/** @var Attempt $attempt */
foreach ($payment?->getAttempts() ?? [] as $attempt) {
    echo "attempt {$attempt->getAttemptId()}: ", AttemptState::name($attempt->getState()), "\n";
}

if ($requestId !== '') {
    // Called again with the same id, also after a time-out, it finds the same refund: Click is asked once.
    $request = new RefundPaymentRequest(['request_id' => $requestId, 'payment_id' => $paymentId]);
    $refund = call($client, 'RefundPayment', $request, new RefundPaymentResponse())->getRefund();
    // STATE_UNKNOWN: Click's answer was lost. The service finds out; ask with GetPayment later.
    echo "refund {$refund?->getRefundId()}: ", RefundState::name($refund?->getState() ?? 0), "\n";
}

/**
 * The response, or the end: the reason is one of docs/api.md's.
 *
 * @template T of Message
 * @param T $into
 * @return T
 */
function call(UnaryClient $client, string $method, Message $request, Message $into): Message
{
    $answer = $client->call("clickbridge.v1.PaymentService/$method", $request, $into, BUDGET_MS);
    if ($answer instanceof Status) {
        fwrite(STDERR, "$method: {$answer->forLog()} {$answer->message}\n");
        exit(1);
    }
    return $answer;
}
