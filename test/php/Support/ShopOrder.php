<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

/** An order of a test, and what the database says of it now. */
final class ShopOrder
{
    public readonly int $paymentId;

    /** @param non-empty-list<int> $paymentIds */
    public function __construct(
        private readonly Shop $shop,
        public readonly int $id,
        public readonly string $number,
        public readonly array $paymentIds,
    ) {
        $this->paymentId = $paymentIds[0];
    }

    /** @return array<string, string|null> */
    public function row(): array
    {
        return $this->shop->row('SELECT * FROM b_sale_order WHERE ID = ?', $this->id);
    }

    /** @return array<string, string|null> */
    public function payment(?int $paymentId = null): array
    {
        return $this->shop->row('SELECT * FROM b_sale_order_payment WHERE ID = ?', $paymentId ?? $this->paymentId);
    }

    /**
     * What a customer and an admin saw of the order's becoming paid.
     *
     * @return array{history: int, mails: int}
     */
    public function sideEffects(): array
    {
        return [
            'history' => (int) $this->shop->value(
                "SELECT COUNT(*) FROM b_sale_order_change WHERE ORDER_ID = ? AND TYPE = 'PAYMENT_PAID'",
                $this->id,
            ),
            'mails' => (int) $this->shop->value(
                "SELECT COUNT(*) FROM b_event WHERE EVENT_NAME = 'SALE_ORDER_PAID' AND JSON_VALUE(C_FIELDS, '$.ORDER_ID') = ?",
                $this->number,
            ),
        ];
    }
}
