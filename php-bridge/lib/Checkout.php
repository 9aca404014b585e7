<?php

declare(strict_types=1);

namespace ClickBridge;

use ClickBridge\Contract\V1\CreateCheckoutTokenRequest;
use ClickBridge\Contract\V1\CreateCheckoutTokenResponse;
use ClickBridge\Contract\V1\CreatePaymentLinkRequest;
use ClickBridge\Contract\V1\CreatePaymentLinkRequest\CardType;
use ClickBridge\Contract\V1\CreatePaymentLinkResponse;
use ClickBridge\Contract\V1\GetCheckoutByTokenRequest;
use ClickBridge\Contract\V1\GetCheckoutByTokenResponse;
use ClickBridge\Contract\V1\GetCheckoutResponse;
use ClickBridge\Contract\V1\Invoice\State as InvoiceState;
use ClickBridge\Contract\V1\SendInvoiceByTokenRequest;
use ClickBridge\Contract\V1\SendInvoiceByTokenResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;

/** Asks the service how a buyer can pay. */
final class Checkout
{
    /** A buyer waits for the page. */
    private const BUDGET_MS = 3_000;
    /** The service itself waits for Click. */
    private const INVOICE_BUDGET_MS = 15_000;
    /** What the service takes (checkout_service.proto). */
    private const RETURN_URL_CHARACTERS_MAX = 1_024;
    private const SERVICE = 'clickbridge.v1.CheckoutService';

    public function __construct(private readonly UnaryClient $client)
    {
    }

    /**
     * Click's page for a payment and what it takes there, or why there is none. Called twice it gives the same link and does nothing.
     *
     * @param string $returnUrl where Click sends the buyer afterwards; one that the service would refuse is left out, for a buyer who
     *     stays on Click's page has paid all the same
     * @param int $cardType one of CardType
     */
    public function paymentLink(
        int $paymentId,
        string $returnUrl,
        int $cardType = CardType::CARD_TYPE_UNSPECIFIED
    ): CreatePaymentLinkResponse|Status {
        $request = new CreatePaymentLinkRequest([
            'payment_id' => $paymentId,
            'return_url' => self::acceptable($returnUrl),
            'card_type' => $cardType,
        ]);
        $path = self::SERVICE . '/CreatePaymentLink';
        return $this->client->call($path, $request, new CreatePaymentLinkResponse(), self::BUDGET_MS);
    }

    /** What lets a page follow the payment and send its invoice, and where that stands: for the buyer of the order and nobody else. */
    public function token(int $paymentId): CreateCheckoutTokenResponse|Status
    {
        $request = new CreateCheckoutTokenRequest(['payment_id' => $paymentId]);
        $path = self::SERVICE . '/CreateCheckoutToken';
        return $this->client->call($path, $request, new CreateCheckoutTokenResponse(), self::BUDGET_MS);
    }

    /** Where the token's payment stands. */
    public function stage(string $token): GetCheckoutResponse|Status
    {
        $request = new GetCheckoutByTokenRequest(['token' => $token]);
        $path = self::SERVICE . '/GetCheckoutByToken';
        $response = $this->client->call($path, $request, new GetCheckoutByTokenResponse(), self::BUDGET_MS);
        return $response instanceof Status ? $response : $response->getCheckout() ?? new GetCheckoutResponse();
    }

    /** True when Click has the invoice, false when nobody knows. The same request id sends it once. */
    public function sendInvoice(string $token, string $requestId, string $phone, string $callerAddress): bool|Status
    {
        $request = new SendInvoiceByTokenRequest([
            'token' => $token,
            'request_id' => $requestId,
            'phone_number' => $phone,
            'caller_address' => $callerAddress,
        ]);
        $path = self::SERVICE . '/SendInvoiceByToken';
        $response = $this->client->call($path, $request, new SendInvoiceByTokenResponse(), self::INVOICE_BUDGET_MS);
        return $response instanceof Status
            ? $response
            : $response->getInvoice()?->getState() === InvoiceState::STATE_CREATED;
    }

    /** Bitrix gives the page's address as the browser had it, at times without a host. */
    private static function acceptable(string $url): string
    {
        $url = mb_scrub(explode('#', $url, 2)[0], 'UTF-8');
        $isWeb = preg_match('~^https?://[^/?\\s]+[^\\s]*$~Di', $url) === 1;
        return $isWeb && mb_strlen($url, 'UTF-8') <= self::RETURN_URL_CHARACTERS_MAX ? $url : '';
    }
}
