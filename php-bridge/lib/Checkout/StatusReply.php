<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use ClickBridge\Contract\V1\AnswerCheckoutResponse;

/** Prints an answer: JSON for the script, a page for a form that was sent without one. */
final class StatusReply
{
    private const LANGUAGES = ['ru', 'uz', 'en'];
    private const UNAVAILABLE_JSON = '{"error":"UNAVAILABLE"}';
    private const UNAVAILABLE_RETRY_SECONDS = 5;
    private const TEXTS = __DIR__ . '/../../handler/clickbridge/template/lang';

    /**
     * @param AnswerCheckoutResponse|null $answer null: there is none
     * @param array<mixed> $server
     * @param string $language one of ours, else the first
     */
    public static function send(?AnswerCheckoutResponse $answer, array $server, string $language): void
    {
        $httpStatus = $answer?->getHttpStatus() ?? 503;
        self::begin($httpStatus);
        if ($httpStatus === 405) {
            header('Allow: GET, POST');
        }
        $retryAfterSeconds = $answer?->getRetryAfterSeconds() ?? self::UNAVAILABLE_RETRY_SECONDS;
        if ($retryAfterSeconds > 0) {
            header("Retry-After: $retryAfterSeconds");
        }
        $accept = $server['HTTP_ACCEPT'] ?? '';
        $isForm = ($server['REQUEST_METHOD'] ?? '') === 'POST' && is_string($accept) && str_contains($accept, 'text/html');
        header('Content-Type: ' . ($isForm ? 'text/html' : 'application/json') . '; charset=UTF-8');
        $code = $answer?->getWord() ?? 'UNAVAILABLE';
        echo $isForm
            ? self::page("CLICKBRIDGE_INVOICE_$code", $language)
            : $answer?->getJsonBody() ?? self::UNAVAILABLE_JSON;
    }

    /** To a guest who is back from Click in another browser, which does not know the order's page. */
    public static function sendReturned(string $language): void
    {
        self::begin(200);
        header('Content-Type: text/html; charset=UTF-8');
        echo self::page('CLICKBRIDGE_RETURNED', $language);
    }

    private static function begin(int $httpStatus): void
    {
        http_response_code($httpStatus);
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        header('Referrer-Policy: no-referrer');
        header("Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'");
    }

    private static function page(string $sentence, string $language): string
    {
        $language = in_array($language, self::LANGUAGES, true) ? $language : self::LANGUAGES[0];
        $texts = self::texts($language);
        $said = self::html($texts[$sentence] ?? $texts['CLICKBRIDGE_INVOICE_UNAVAILABLE'] ?? '');
        $back = self::html($sentence === 'CLICKBRIDGE_RETURNED' ? '' : $texts['CLICKBRIDGE_BACK'] ?? '');
        return "<!doctype html>\n<html lang=\"$language\"><head><meta charset=\"utf-8\">"
            . '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
            . "<title>Click</title><link rel=\"stylesheet\" href=\"checkout.css\"></head>\n<body><main class=\"clickbridge\">"
            . "<h1>Click</h1><p class=\"clickbridge-state\" role=\"status\">$said</p><p>$back</p></main></body></html>\n";
    }

    /** @return array<string, string> */
    private static function texts(string $language): array
    {
        $MESS = [];
        include self::TEXTS . "/$language/template.php";
        return $MESS;
    }

    private static function html(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES, 'UTF-8');
    }
}
