<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\Refund\State;
use ClickBridge\Contract\V1\ShopFields as SentFields;
use ClickBridge\Grpc\Status;

/**
 * The "return" button of Bitrix's order page: the result, with a message for the manager. The service makes one refund, even if the button is
 * pressed twice or by two managers.
 */
final class AdminRefund
{
    private const NO_TOKEN = 'CLICKBRIDGE_REFUND_NO_TOKEN';
    private const NO_MONEY = 'CLICKBRIDGE_REFUND_NO_MONEY';
    /** The result at Click is unknown. It must not be sent again: the service finds the result and then updates the order. */
    private const UNKNOWN = 'CLICKBRIDGE_REFUND_UNKNOWN';
    private const NOT_POSSIBLE = 'CLICKBRIDGE_REFUND_NOT_POSSIBLE';
    /** By the service's reason, or by why it is so. */
    private const MESSAGE_OF = [
        'CLICK_REFUSED' => 'CLICKBRIDGE_REFUND_REFUSED',
        'REFUND_OPEN' => self::UNKNOWN,
        'ATTEMPT_NOT_FOUND' => self::NO_MONEY,
        'NO_MONEY' => self::NO_MONEY,
        'REFUNDED' => self::NO_MONEY,
        'WHOLE_ONLY' => 'CLICKBRIDGE_REFUND_WHOLE_ONLY',
        'PAYMENT_NOT_REFUNDABLE' => self::NOT_POSSIBLE,
        'INSTANCE_NOT_ADOPTED' => self::NOT_POSSIBLE,
        'SCOPE_MISSING' => self::NO_TOKEN,
        'TOKEN_INVALID' => self::NO_TOKEN,
    ];

    /**
     * @param string $messageKey of a language file; empty when the money left
     * @param string $why        for its `#WHY#`
     */
    private function __construct(
        public readonly string $messageKey,
        public readonly string $why = '',
        public readonly ?SentFields $shopFields = null,
    ) {
    }

    /**
     * Refunds the whole payment. `$sum` is what Bitrix wants to return, in soums. `$mark` is PS_INVOICE_ID: a payment that was set paid by
     * hand cannot be returned by Click.
     */
    public static function ask(?Payments $payments, int $paymentId, float $sum, string $userId, string $mark): self
    {
        $attemptId = ShopFields::attemptIdOf($mark);
        if ($payments === null || $attemptId === null) {
            return new self($payments === null ? self::NO_TOKEN : self::NO_MONEY);
        }
        $answer = $payments->refund($paymentId, $attemptId, (int) round($sum * 100), $userId);
        if ($answer instanceof Status) {
            return self::failed($answer);
        }
        $isDone = $answer->getRefund()?->getState() === State::STATE_DONE;
        return $isDone ? new self('', '', $answer->getShopFields()) : new self(self::UNKNOWN);
    }

    private static function failed(Status $status): self
    {
        $detail = $status->metadata['why'] ?? '';
        $key = self::MESSAGE_OF[$detail] ?? self::MESSAGE_OF[$status->reason] ?? match (true) {
            !$status->isWorthRepeating() => self::NOT_POSSIBLE,
            $status->fromPeer => 'CLICKBRIDGE_REFUND_UNAVAILABLE',
            default => self::UNKNOWN,
        };
        return new self($key, trim(implode(' ', array_filter([$status->reason, $detail, $status->metadata['clickErrorCode'] ?? '']))));
    }
}
