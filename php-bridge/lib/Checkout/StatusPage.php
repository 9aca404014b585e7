<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Contract\V1\AnswerCheckoutRequest;
use ClickBridge\Contract\V1\AnswerCheckoutResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Log;

/**
 * The status endpoint. GET with the token in the header X-ClickBridge-Token tells the stage; POST of `token`, `phone` and `nonce` sends the
 * invoice. What is right and what is answered is the service's.
 */
final class StatusPage
{
    private const PATH = 'clickbridge.v1.CheckoutService/AnswerCheckout';
    /** What the service takes (checkout_service.proto). */
    public const BODY_BYTES_MAX = 4_096;
    private const BUDGET_MS = 3_000;
    /** The service itself waits for Click. */
    private const INVOICE_BUDGET_MS = 15_000;

    /**
     * Null when the service does not answer.
     *
     * @param array<mixed> $server
     * @param string $body one byte longer than it may be is enough
     */
    public static function answer(array $server, string $body, string $configPath): ?AnswerCheckoutResponse
    {
        $config = Config::read($configPath);
        if ($config instanceof ConfigFault) {
            Log::line($config->message);
            return null;
        }
        $text = static fn(string $name): string => is_string($server[$name] ?? null) ? mb_scrub($server[$name], 'UTF-8') : '';
        $request = new AnswerCheckoutRequest([
            'http_method' => $text('REQUEST_METHOD'),
            'token' => $text('HTTP_X_CLICKBRIDGE_TOKEN'),
            'caller_address' => $text('REMOTE_ADDR'),
        ] + (strlen($body) > self::BODY_BYTES_MAX ? [] : ['body' => $body]));
        $budgetMs = $text('REQUEST_METHOD') === 'POST' ? self::INVOICE_BUDGET_MS : self::BUDGET_MS;
        $answer = $config->client()->call(self::PATH, $request, new AnswerCheckoutResponse(), $budgetMs);
        if ($answer instanceof Status) {
            Log::line("the status page got no answer: {$answer->forLog()}");
            return null;
        }
        return $answer;
    }
}
