<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

use ClickBridge\Contract\V1\OrderUpdate;

/** The answer to Click, always with HTTP 200, and the order update to apply after it. */
final class Answer
{
    /** There is no verdict: Click retries after this. */
    public const NO_VERDICT_JSON = '{"error":-7,"error_note":"Failed to update user"}';

    public function __construct(public readonly string $json, public readonly ?OrderUpdate $orderUpdate = null)
    {
    }

    /** Whether Click can read a verdict in it. Nothing else may be sent, even if another server answers at the service's address. */
    public function isReadable(): bool
    {
        $fields = json_decode($this->json, true);
        return is_array($fields) && is_int($fields['error'] ?? null);
    }

    public static function noVerdict(): self
    {
        return new self(self::NO_VERDICT_JSON);
    }
}
