<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

/** The way back from Click to the shop's page, and what Click says on it: a hint for the reader, for anybody can write it. */
final class WayBack
{
    /** Tells the payments of one page apart. */
    private const OURS = 'clickbridge_payment';
    /** What Click adds (click-protocol.md 3.2). */
    private const CLICKS = ['payment_id', 'payment_status'];
    private const STATUS = '/^-?\d{1,9}$/D';

    /** The page, without what an earlier way back has left in its address. */
    public static function url(string $page, int $paymentId): string
    {
        [$path, $query] = explode('?', explode('#', $page, 2)[0], 2) + [1 => ''];
        $kept = array_filter(
            explode('&', $query),
            static fn(string $part): bool => $part !== ''
                && !in_array(explode('=', $part, 2)[0], [self::OURS, ...self::CLICKS], true),
        );
        return $path . '?' . implode('&', [...$kept, self::OURS . "=$paymentId"]);
    }

    /**
     * `PAID`, `FAILED` or nothing.
     *
     * @param array<mixed> $query of the page's address
     */
    public static function hint(array $query, int $paymentId): string
    {
        $status = $query['payment_status'] ?? null;
        $isOurs = ($query[self::OURS] ?? null) === (string) $paymentId;
        if (!$isOurs || !is_string($status) || preg_match(self::STATUS, $status) !== 1) {
            return '';
        }
        return (int) $status < 0 ? 'FAILED' : 'PAID';
    }
}
