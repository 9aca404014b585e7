<?php

declare(strict_types=1);

namespace ClickBridge\Settings;

use ClickBridge\Contract\V1\ClaimOrderUpdatesRequest;
use ClickBridge\Contract\V1\ClaimOrderUpdatesResponse;
use ClickBridge\Contract\V1\CreatePaymentLinkRequest;
use ClickBridge\Contract\V1\CreatePaymentLinkResponse;
use ClickBridge\Contract\V1\PrepareRequest;
use ClickBridge\Contract\V1\PrepareResponse;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;
use Google\Protobuf\Internal\Message;

/** Whether the service answers at an address, and lets this shop do all that it has to. Changes nothing there. */
final class ServiceCheck
{
    /** A person waits for the page. */
    private const BUDGET_MS = 3_000;

    /** One call for each scope of the token, none of which can be granted: its refusal tells that it was heard. */
    public static function of(UnaryClient $client): Finding
    {
        foreach (self::probes() as $scope => [$path, $request, $response]) {
            $answer = $client->call("clickbridge.v1.$path", $request, $response, self::BUDGET_MS);
            $finding = $answer instanceof Status ? self::finding($answer, $scope) : null;
            if ($finding !== null) {
                return $finding;
            }
        }
        return new Finding('CLICKBRIDGE_CHECK_OK', true);
    }

    /** Null: the call was heard. */
    private static function finding(Status $status, string $scope): ?Finding
    {
        return match (true) {
            $status->code === Code::Unauthenticated => new Finding('CLICKBRIDGE_CHECK_TOKEN', false),
            $status->code === Code::PermissionDenied => new Finding('CLICKBRIDGE_CHECK_SCOPE', false, $scope),
            !$status->fromPeer => new Finding('CLICKBRIDGE_CHECK_SILENT', false, $status->message),
            in_array($status->code, [Code::InvalidArgument, Code::NotFound], true) => null,
            default => new Finding('CLICKBRIDGE_CHECK_TROUBLED', false, $status->forLog()),
        };
    }

    /** @return array<string, array{string, Message, Message}> */
    private static function probes(): array
    {
        $link = new CreatePaymentLinkRequest(['payment_id' => 0]);
        $claim = new ClaimOrderUpdatesRequest(['limit' => -1]);
        return [
            'checkout' => ['CheckoutService/CreatePaymentLink', $link, new CreatePaymentLinkResponse()],
            'updates' => ['OrderUpdateService/ClaimOrderUpdates', $claim, new ClaimOrderUpdatesResponse()],
            // Unsigned, so it is answered and not recorded.
            'callback' => ['CallbackService/Prepare', new PrepareRequest(), new PrepareResponse()],
        ];
    }
}
