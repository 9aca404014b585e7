<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Contract\V1\OrderUpdate\Kind;
use ClickBridge\Contract\V1\ShopFields;
use Google\Protobuf\Timestamp;

/** Order updates as the service hands them out. */
final class Updates
{
    private static int $lastId = 0;

    /** @param array<string, mixed> $fields in place of the usual ones */
    public static function markPaid(ShopOrder $order, int $amountTiyin, array $fields = []): OrderUpdate
    {
        $id = ++self::$lastId;
        return new OrderUpdate($fields + [
            'order_update_id' => $id,
            'token' => "token-$id",
            'kind' => Kind::KIND_MARK_PAID,
            'payment_id' => $order->paymentId,
            'order_id' => $order->id,
            'amount_tiyin' => $amountTiyin,
            'currency' => 'UZS',
            'attempt_id' => 40_000 + $id,
            'click_trans_id' => '2088012345',
            'click_payment_id' => '1088012345',
            'capture_time' => new Timestamp(['seconds' => 1_795_000_000]),
            'refundable_until' => new Timestamp(['seconds' => 1_796_151_599]),
            'try_number' => 1,
            'shop_fields' => self::paidFields($amountTiyin),
        ]);
    }

    /** The refund of what the first update marked. */
    public static function markRefunded(OrderUpdate $paid): OrderUpdate
    {
        $refund = new OrderUpdate();
        $refund->mergeFromString($paid->serializeToString());
        return $refund->setOrderUpdateId(++self::$lastId)->setKind(Kind::KIND_MARK_REFUNDED)->setShopFields(self::refundedFields());
    }

    /** What src/payment/shop-fields.ts says of a payment that is paid. */
    private static function paidFields(int $amountTiyin): ShopFields
    {
        return new ShopFields([
            'texts' => [
                'PS_STATUS' => 'Y',
                'PS_STATUS_CODE' => '0',
                'PS_STATUS_DESCRIPTION' => 'Click: payment 1088012345, transaction 2088012345',
                'PS_STATUS_MESSAGE' => 'Click: возврат / qaytarish / refund ≤ 01.12.2026',
                'PS_SUM' => sprintf('%d.%02d', intdiv($amountTiyin, 100), $amountTiyin % 100),
                'PS_CURRENCY' => 'UZS',
                'PAY_VOUCHER_NUM' => '1088012345',
            ],
            'days' => ['PAY_VOUCHER_DATE' => '2026-11-18'],
        ]);
    }

    /** And of one whose money went back on a day. */
    public static function refundedFields(string $day = '2026-11-25'): ShopFields
    {
        return new ShopFields([
            'texts' => ['PS_STATUS' => 'N', 'PS_STATUS_MESSAGE' => "Click: возвращено / qaytarildi / refunded $day"],
            'days' => ['PAY_RETURN_DATE' => $day],
        ]);
    }
}
