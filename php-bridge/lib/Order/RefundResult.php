<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Grpc\Status;

/** How a refund from the admin page ended, with the message for the person who pressed the button. */
final class RefundResult
{
    /** By the reason, or by why it is so. */
    private const MESSAGE_OF = [
        'CLICK_REFUSED' => 'CLICKBRIDGE_REFUND_REFUSED',
        'REFUND_OPEN' => 'CLICKBRIDGE_REFUND_UNKNOWN',
        'ATTEMPT_NOT_FOUND' => 'CLICKBRIDGE_REFUND_NO_MONEY',
        'NO_MONEY' => 'CLICKBRIDGE_REFUND_NO_MONEY',
        'REFUNDED' => 'CLICKBRIDGE_REFUND_NO_MONEY',
        'WHOLE_ONLY' => 'CLICKBRIDGE_REFUND_WHOLE_ONLY',
        'PAYMENT_NOT_REFUNDABLE' => 'CLICKBRIDGE_REFUND_NOT_POSSIBLE',
        'INSTANCE_NOT_ADOPTED' => 'CLICKBRIDGE_REFUND_NOT_POSSIBLE',
        'SCOPE_MISSING' => 'CLICKBRIDGE_REFUND_NO_TOKEN',
        'TOKEN_INVALID' => 'CLICKBRIDGE_REFUND_NO_TOKEN',
    ];

    /** @param array<string, string> $replace */
    private function __construct(
        public readonly bool $moneyLeft,
        /** Key of a language file; empty when the money left. */
        public readonly string $messageKey = '',
        public readonly array $replace = [],
    ) {
    }

    public static function done(): self
    {
        return new self(true);
    }

    /** Click may or may not have done it. Nobody must send it again: the service finds out, and the order follows by itself. */
    public static function unknown(): self
    {
        return new self(false, 'CLICKBRIDGE_REFUND_UNKNOWN');
    }

    public static function noMoney(): self
    {
        return new self(false, 'CLICKBRIDGE_REFUND_NO_MONEY');
    }

    public static function noToken(): self
    {
        return new self(false, 'CLICKBRIDGE_REFUND_NO_TOKEN');
    }

    /** No clear answer to a refund means that nobody knows; a reason of the service's says what to do. */
    public static function failed(Status $status): self
    {
        $other = $status->isWorthRepeating() ? 'CLICKBRIDGE_REFUND_UNAVAILABLE' : 'CLICKBRIDGE_REFUND_NOT_POSSIBLE';
        $detail = $status->metadata['why'] ?? '';
        $key = self::MESSAGE_OF[$detail] ?? self::MESSAGE_OF[$status->reason] ?? $other;
        $why = trim(implode(' ', array_filter([$status->reason, $detail, $status->metadata['clickErrorCode'] ?? ''])));
        return new self(false, $key, ['#WHY#' => $why]);
    }
}
