<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

/** What the status endpoint says. Nothing of the request is in it. */
final class StatusAnswer
{
    /** @param array<string, int|string> $values of the JSON */
    public function __construct(
        public readonly int $httpStatus,
        public readonly array $values,
        public readonly int $retryAfterSeconds = 0,
    ) {
    }

    /** @param string $error a word of the contract between status.php and checkout.js */
    public static function refusal(int $httpStatus, string $error, int $retryAfterSeconds = 0): self
    {
        return new self($httpStatus, ['error' => $error], $retryAfterSeconds);
    }

    public function json(): string
    {
        return (string) json_encode($this->values);
    }

    /** The name of the sentence for it in the template's language files. */
    public function sentence(): string
    {
        $word = $this->values['error'] ?? $this->values['invoice'] ?? 'UNAVAILABLE';
        return "CLICKBRIDGE_INVOICE_$word";
    }
}
