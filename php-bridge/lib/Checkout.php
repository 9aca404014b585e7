<?php

declare(strict_types=1);

namespace ClickBridge;

use ClickBridge\Contract\V1\CreatePaymentLinkRequest;
use ClickBridge\Contract\V1\CreatePaymentLinkResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;

/** Asks the service how a buyer can pay. */
final class Checkout
{
    /** A buyer waits for the page. */
    private const BUDGET_MS = 3_000;

    public function __construct(private readonly UnaryClient $client)
    {
    }

    /** Click's page for a payment, or why there is none. Called twice it gives the same link and does nothing. */
    public function paymentLink(int $paymentId, string $returnUrl): string|Status
    {
        $request = new CreatePaymentLinkRequest(['payment_id' => $paymentId, 'return_url' => $returnUrl]);
        $path = 'clickbridge.v1.CheckoutService/CreatePaymentLink';
        $response = $this->client->call($path, $request, new CreatePaymentLinkResponse(), self::BUDGET_MS);
        return $response instanceof Status ? $response : $response->getUrl();
    }
}
