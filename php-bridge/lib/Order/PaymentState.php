<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Type\DateTime;
use ClickBridge\Contract\V1\Attempt\State;
use ClickBridge\Contract\V1\Payment;

/** How a payment stands at Click, in the fields that Bitrix shows beside it. */
final class PaymentState
{
    /** The first that any attempt is in says how the payment stands. */
    private const ORDER = [
        State::STATE_SETTLED,
        State::STATE_CAPTURED,
        State::STATE_OWED,
        State::STATE_PREPARED,
        State::STATE_REVERSED,
        State::STATE_EXPIRED,
        State::STATE_CANCELLED,
        State::STATE_REFUSED,
    ];
    private const DESCRIPTION_CHARACTERS_MAX = 250;

    /** @return array<string, mixed> fields of Bitrix\Sale\Payment; PAID is none of them */
    public static function fields(Payment $payment): array
    {
        $state = self::of($payment);
        $isHeld = $state === State::STATE_SETTLED || $state === State::STATE_CAPTURED;
        $name = $state === null ? 'none' : substr(State::name($state), strlen('STATE_'));
        return [
            'PS_STATUS' => $isHeld ? 'Y' : 'N',
            'PS_STATUS_CODE' => $name,
            'PS_STATUS_DESCRIPTION' => mb_substr("Click: $name, attempts: " . count($payment->getAttempts()), 0, self::DESCRIPTION_CHARACTERS_MAX),
            'PS_RESPONSE_DATE' => new DateTime(),
        ];
    }

    private static function of(Payment $payment): ?int
    {
        $states = array_map(static fn($attempt) => $attempt->getState(), iterator_to_array($payment->getAttempts()));
        foreach (self::ORDER as $state) {
            if (in_array($state, $states, true)) {
                return $state;
            }
        }
        return null;
    }
}
