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
    /** What the service takes (checkout_service.proto). */
    private const RETURN_URL_CHARACTERS_MAX = 1_024;

    public function __construct(private readonly UnaryClient $client)
    {
    }

    /**
     * Click's page for a payment and what it takes there, or why there is none. Called twice it gives the same link and does nothing.
     *
     * @param string $returnUrl where Click sends the buyer afterwards; one that the service would refuse is left out, for a buyer who
     *     stays on Click's page has paid all the same
     */
    public function paymentLink(int $paymentId, string $returnUrl): CreatePaymentLinkResponse|Status
    {
        $request = new CreatePaymentLinkRequest(['payment_id' => $paymentId, 'return_url' => self::acceptable($returnUrl)]);
        $path = 'clickbridge.v1.CheckoutService/CreatePaymentLink';
        return $this->client->call($path, $request, new CreatePaymentLinkResponse(), self::BUDGET_MS);
    }

    /** Bitrix gives the page's address as the browser had it, at times without a host. */
    private static function acceptable(string $url): string
    {
        $url = mb_scrub(explode('#', $url, 2)[0], 'UTF-8');
        $isWeb = preg_match('~^https?://[^/?\\s]+[^\\s]*$~Di', $url) === 1;
        return $isWeb && mb_strlen($url, 'UTF-8') <= self::RETURN_URL_CHARACTERS_MAX ? $url : '';
    }
}
