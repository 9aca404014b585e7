<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use ClickBridge\Checkout;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Contract\V1\GetCheckoutResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Log;

/**
 * The status endpoint. GET with the token in the header X-ClickBridge-Token tells the stage; POST of `token`, `phone` and `nonce` sends the
 * invoice. A header, so that tokens do not end up in access logs and other sites cannot send it. Without a token the service is not asked.
 */
final class StatusPage
{
    private const TOKEN = '/^v1\.[\w.-]{1,125}$/D';
    private const NONCE = '/^[0-9a-z-]{1,64}$/D';
    private const PHONE_BYTES_MAX = 64;
    private const UNAVAILABLE_RETRY_SECONDS = 5;

    /**
     * @param array<mixed> $server
     * @param string $body of a form, urlencoded
     */
    public static function answer(array $server, string $body, string $configPath): StatusAnswer
    {
        $method = $server['REQUEST_METHOD'] ?? '';
        if ($method === 'GET') {
            $token = self::token($server['HTTP_X_CLICKBRIDGE_TOKEN'] ?? '');
            return $token === '' ? self::wrongToken() : self::stage($configPath, $token);
        }
        if ($method !== 'POST') {
            return StatusAnswer::refusal(405, 'METHOD');
        }
        $form = self::form($body);
        $token = self::token($form['token'] ?? '');
        return $token === '' ? self::wrongToken() : self::invoice($configPath, $token, $form, self::address($server));
    }

    private static function stage(string $configPath, string $token): StatusAnswer
    {
        $checkout = self::checkout($configPath);
        $stage = $checkout?->stage($token);
        if ($stage instanceof Status && $stage->reason === 'PAYMENT_NOT_FOUND') {
            // Removed by a manager: a page that is open must not ask for ever.
            return new StatusAnswer(200, ['stage' => 'NOT_PAYABLE']);
        }
        return $stage instanceof GetCheckoutResponse
            ? new StatusAnswer(200, ['stage' => TemplateTexts::stage($stage->getStage())])
            : self::refused($stage);
    }

    /** @param array<mixed> $form */
    private static function invoice(string $configPath, string $token, array $form, string $address): StatusAnswer
    {
        [$phone, $nonce] = [$form['phone'] ?? '', $form['nonce'] ?? ''];
        if (!is_string($phone) || strlen($phone) > self::PHONE_BYTES_MAX || !mb_check_encoding($phone, 'UTF-8')) {
            return StatusAnswer::refusal(422, 'PHONE');
        }
        if (!is_string($nonce) || preg_match(self::NONCE, $nonce) !== 1) {
            return StatusAnswer::refusal(422, 'FORM');
        }
        $sent = self::checkout($configPath)?->sendInvoice($token, self::requestId($token, $nonce, $phone), $phone, $address);
        return is_bool($sent) ? new StatusAnswer(200, ['invoice' => $sent ? 'SENT' : 'UNKNOWN']) : self::refused($sent);
    }

    private static function refused(?Status $status): StatusAnswer
    {
        $wait = (int) ($status?->metadata['retryAfterSeconds'] ?? 0);
        $answer = match ($status?->reason) {
            'CHECKOUT_TOKEN_INVALID' => self::wrongToken(),
            'TOO_MANY_INVOICES' => StatusAnswer::refusal(429, 'TOO_MANY', $wait),
            'INVALID_REQUEST' => StatusAnswer::refusal(422, 'PHONE'),
            'PAYMENT_NOT_PAYABLE', 'PAYMENT_NOT_FOUND' => StatusAnswer::refusal(409, 'NOT_PAYABLE'),
            'CLICK_REFUSED' => StatusAnswer::refusal(422, 'REFUSED'),
            default => StatusAnswer::refusal(503, 'UNAVAILABLE', self::UNAVAILABLE_RETRY_SECONDS),
        };
        if ($answer->httpStatus === 503 && $status !== null) {
            Log::line("the status page got no answer: {$status->forLog()}");
        }
        return $answer;
    }

    private static function wrongToken(): StatusAnswer
    {
        return StatusAnswer::refusal(403, 'TOKEN');
    }

    private static function checkout(string $configPath): ?Checkout
    {
        $config = Config::read($configPath);
        if ($config instanceof ConfigFault) {
            Log::line($config->message);
            return null;
        }
        return new Checkout($config->client());
    }

    /** The same form sent twice is one request, with another phone another one: made of what was sent, as a UUID. */
    private static function requestId(string $token, string $nonce, string $phone): string
    {
        $hex = hash('sha256', "$token\n$nonce\n$phone");
        $parts = [[0, 8], [8, 4], [12, 4], [16, 4], [20, 12]];
        return implode('-', array_map(static fn(array $part): string => substr($hex, $part[0], $part[1]), $parts));
    }

    /** @return array<mixed> */
    private static function form(string $body): array
    {
        parse_str($body, $form);
        return $form;
    }

    private static function token(mixed $text): string
    {
        return is_string($text) && preg_match(self::TOKEN, $text) === 1 ? $text : '';
    }

    /** @param array<mixed> $server */
    private static function address(array $server): string
    {
        $address = $server['REMOTE_ADDR'] ?? '';
        return is_string($address) && filter_var($address, FILTER_VALIDATE_IP) !== false ? $address : '';
    }
}
