<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Payment as ShopPayment;
use ClickBridge\Contract\V1\Attempt;
use ClickBridge\Contract\V1\Attempt\State;
use ClickBridge\Contract\V1\Payment;
use ClickBridge\Grpc\Status;

/** How a payment stands at Click, in the fields that Bitrix shows beside it. */
final class PaymentState
{
    /** The first that any attempt is in says how the payment stands. */
    private const MESSAGE_OF = [
        State::STATE_SETTLED => 'CLICKBRIDGE_STATE_TAKEN',
        State::STATE_CAPTURED => 'CLICKBRIDGE_STATE_TAKEN',
        State::STATE_OWED => 'CLICKBRIDGE_STATE_OWED',
        State::STATE_PREPARED => 'CLICKBRIDGE_STATE_PREPARED',
        State::STATE_REVERSED => 'CLICKBRIDGE_STATE_REVERSED',
    ];
    private const TAKEN = 'CLICKBRIDGE_STATE_TAKEN';
    /** Nobody knows how it stands: what the fields say about it stays. */
    private const UNKNOWN = ['CLICKBRIDGE_STATE_NO_TOKEN', 'CLICKBRIDGE_STATE_UNAVAILABLE'];

    private function __construct(
        /** Key of the handler's language file. */
        public readonly string $messageKey,
    ) {
    }

    /** @param Payment|Status|null $found null without a token that may ask */
    public static function of(Payment|Status|null $found): self
    {
        if (!$found instanceof Payment) {
            return new self($found === null ? 'CLICKBRIDGE_STATE_NO_TOKEN' : 'CLICKBRIDGE_STATE_UNAVAILABLE');
        }
        $states = array_map(static fn(Attempt $attempt) => $attempt->getState(), iterator_to_array($found->getAttempts()));
        foreach (self::MESSAGE_OF as $state => $key) {
            if (in_array($state, $states, true)) {
                return new self($key);
            }
        }
        return new self('CLICKBRIDGE_STATE_NO_MONEY');
    }

    /**
     * Bitrix shows none of them while PS_STATUS is empty. The code and the description stay: they tell the payment's numbers.
     *
     * @param string $message the text of messageKey
     * @return array<string, mixed> fields of Bitrix\Sale\Payment; PAID is none of them
     */
    public function fields(ShopPayment $payment, string $message): array
    {
        $isUnknown = in_array($this->messageKey, self::UNKNOWN, true);
        $refundable = $isUnknown || $this->messageKey === self::TAKEN
            ? PaidFields::refundableIn((string) $payment->getField('PS_STATUS_MESSAGE'))
            : '';
        $texts = PsText::fit(['PS_STATUS_MESSAGE' => trim("$message $refundable")]);
        if ($isUnknown) {
            $status = (string) $payment->getField('PS_STATUS');
            return $texts + ['PS_STATUS' => $status === '' ? 'N' : $status];
        }
        return $texts + ['PS_STATUS' => $this->messageKey === self::TAKEN ? 'Y' : 'N', 'PS_RESPONSE_DATE' => new DateTime()];
    }
}
