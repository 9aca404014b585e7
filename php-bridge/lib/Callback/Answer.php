<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

use ClickBridge\Contract\V1\OrderUpdate;

/** What goes out to Click, always with HTTP 200, and what is owed to Bitrix afterwards. */
final class Answer
{
    /** Click calls again after it: there is no verdict. */
    public const NO_VERDICT_JSON = '{"error":-7,"error_note":"Failed to update user"}';

    public function __construct(public readonly string $json, public readonly ?OrderUpdate $orderUpdate = null)
    {
    }

    /** Whether Click would find a verdict in it: whatever answers at the service's address, nothing else may go out. */
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
