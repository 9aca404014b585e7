<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;
use WeakMap;

/** What an order's next save moves to the buyer's inner account, or from it. */
final class Account
{
    /** @var WeakMap<Order, self>|null */
    private static ?WeakMap $ofOrders = null;
    /** @var list<array{float, string, Payment}> */
    private array $owed = [];

    private function __construct(private readonly Order $order)
    {
    }

    public static function of(Order $order): self
    {
        self::$ofOrders ??= new WeakMap();
        return self::$ofOrders[$order] ??= new self($order);
    }

    public function owe(float $sum, string $why, Payment $payment): void
    {
        $this->owed[] = [$sum, $why, $payment];
    }

    public function has(float $sum): bool
    {
        $account = \CSaleUserAccount::GetByUserID($this->order->getUserId(), $this->order->getCurrency());
        return $account !== false && (float) $account['CURRENT_BUDGET'] >= $sum;
    }

    public function settle(): void
    {
        foreach ($this->owed as [$sum, $why, $payment]) {
            \CSaleUserAccount::UpdateAccount(
                $this->order->getUserId(),
                $sum,
                $this->order->getCurrency(),
                $why,
                $this->order->getId(),
                '',
                $payment->getId()
            );
        }
        $this->owed = [];
    }
}
