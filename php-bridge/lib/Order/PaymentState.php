<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Localization\Loc;
use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Payment;
use ClickBridge\Contract\V1\Payment\State;
use ClickBridge\Contract\V1\RefreshPaymentResponse;
use ClickBridge\Grpc\Status;

/** The state of a payment at Click, in the fields that Bitrix shows. */
final class PaymentState
{
    private const STATE_OF = [
        State::STATE_HELD => 'TAKEN',
        State::STATE_PARTIALLY_REFUNDED => 'TAKEN',
        State::STATE_OWED => 'OWED',
        State::STATE_IN_PROGRESS => 'PREPARED',
        State::STATE_REVERSED => 'REVERSED',
    ];
    /** Prefix of the service's text about returns. */
    private const RETURNS = 'Click: возврат';
    private const MESSAGE_CHARACTERS_MAX = 250;

    /**
     * Bitrix shows none of them while PS_STATUS is empty. Code and description are kept, because they have the payment's numbers.
     *
     * @param RefreshPaymentResponse|Status|null $found null without a token that may ask
     * @return array<string, mixed> fields of Bitrix\Sale\Payment; PAID is none of them
     */
    public static function fields(RefreshPaymentResponse|Status|null $found, Payment $payment): array
    {
        if ($found instanceof RefreshPaymentResponse) {
            $fields = ShopFields::of($found->getShopFields());
            $code = self::STATE_OF[$found->getPayment()?->getState()] ?? 'NO_MONEY';
            return self::message($code, (string) ($fields['PS_STATUS_MESSAGE'] ?? '')) + $fields + ['PS_RESPONSE_DATE' => new DateTime()];
        }
        // The state is unknown: the fields are not changed.
        $status = (string) $payment->getField('PS_STATUS');
        return self::message(
            $found === null ? 'NO_TOKEN' : 'UNAVAILABLE',
            (string) strstr((string) $payment->getField('PS_STATUS_MESSAGE'), self::RETURNS),
        ) + ['PS_STATUS' => $status === '' ? 'N' : $status];
    }

    /** @return array<string, string> the edit form prints it as it is, and a longer one would keep Bitrix from saving the payment */
    private static function message(string $code, string $returns): array
    {
        $text = str_replace(['<', '>', '&', '"', "'"], '', trim(Loc::getMessage("CLICKBRIDGE_STATE_$code") . " $returns"));
        return ['PS_STATUS_MESSAGE' => mb_substr($text, 0, self::MESSAGE_CHARACTERS_MAX, 'UTF-8')];
    }
}
