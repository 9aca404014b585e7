<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Payment as ShopPayment;
use ClickBridge\Contract\V1\Payment;
use ClickBridge\Contract\V1\Payment\State;
use ClickBridge\Grpc\Status;

/** How a payment stands at Click, in the fields that Bitrix shows beside it. */
final class PaymentState
{
    private const MESSAGE_OF = [
        State::STATE_HELD => self::TAKEN,
        State::STATE_OWED => 'CLICKBRIDGE_STATE_OWED',
        State::STATE_IN_PROGRESS => 'CLICKBRIDGE_STATE_PREPARED',
        State::STATE_REVERSED => 'CLICKBRIDGE_STATE_REVERSED',
    ];
    private const TAKEN = 'CLICKBRIDGE_STATE_TAKEN';

    /** @param Payment|Status|null $found null without a token that may ask */
    public function __construct(private readonly Payment|Status|null $found)
    {
    }

    /** Key of the handler's language file. */
    public function messageKey(): string
    {
        return match (true) {
            $this->found === null => 'CLICKBRIDGE_STATE_NO_TOKEN',
            $this->found instanceof Status => 'CLICKBRIDGE_STATE_UNAVAILABLE',
            default => self::MESSAGE_OF[$this->found->getState()] ?? 'CLICKBRIDGE_STATE_NO_MONEY',
        };
    }

    /**
     * Bitrix shows none of them while PS_STATUS is empty. The code and the description stay: they tell the payment's numbers.
     *
     * @param string $message the text of messageKey
     * @return array<string, mixed> fields of Bitrix\Sale\Payment; PAID is none of them
     */
    public function fields(ShopPayment $payment, string $message): array
    {
        $isTaken = $this->messageKey() === self::TAKEN;
        if ($this->found instanceof Payment) {
            $until = $isTaken ? PaidFields::refundableUntil($this->found->getRefundableUntil()) : '';
            return self::text("$message $until") + ['PS_STATUS' => $isTaken ? 'Y' : 'N', 'PS_RESPONSE_DATE' => new DateTime()];
        }
        // Nobody knows how it stands: what the fields say about it stays.
        $status = (string) $payment->getField('PS_STATUS');
        $until = PaidFields::refundableIn((string) $payment->getField('PS_STATUS_MESSAGE'));
        return self::text("$message $until") + ['PS_STATUS' => $status === '' ? 'N' : $status];
    }

    /** @return array<string, string> */
    private static function text(string $message): array
    {
        return PsText::fit(['PS_STATUS_MESSAGE' => trim($message)]);
    }
}
