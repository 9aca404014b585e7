<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

/** The return URL from Click to the shop's page, and the status that Click adds: only a hint, because anybody can write it. */
final class ReturnUrl
{
    /** Tells the payments of one page apart. */
    public const OURS = 'clickbridge_payment';
    /** What Click adds (click-protocol.md 3.2). */
    public const CLICKS = ['payment_id', 'payment_status'];
    private const ORIGIN = '~^https?://[^/?#]+~i';
    private const HOST_WITH_PORT = '/^([a-z0-9._-]+|\[[0-9a-f:.]+\]):(\d{1,5})$/iD';
    private const USUAL_PORTS = ['80', '443'];
    /** Bitrix's own scripts (sale_ps_ajax.php and those of components) are not pages to return to. */
    private const SCRIPTS = '/bitrix/';

    /**
     * The page that the buyer looks at; empty when nobody says. `$address`: what Bitrix says of it.
     *
     * @param array<mixed> $server
     */
    public static function page(string $address, array $server): string
    {
        $address = self::withPort($address, $server['HTTP_HOST'] ?? '');
        if (!self::isScript($address)) {
            return $address;
        }
        $referrer = $server['HTTP_REFERER'] ?? '';
        $isOurs = is_string($referrer) && self::origin($referrer) !== '' && self::origin($referrer) === self::origin($address);
        return $isOurs && !self::isScript($referrer) ? $referrer : '';
    }

    /** Bitrix drops the port from the host (`getHttpHost`), so it is taken from the header; a proxy may write the usual ones behind the name. */
    private static function withPort(string $address, mixed $host): string
    {
        $origin = self::origin($address);
        if (!is_string($host) || preg_match(self::HOST_WITH_PORT, $host, $found) !== 1 || in_array($found[2], self::USUAL_PORTS, true)) {
            return $address;
        }
        $isSame = str_ends_with($origin, '://' . strtolower($found[1]));
        return $isSame ? "$origin:$found[2]" . substr($address, strlen($origin)) : $address;
    }

    /** The page, without what an earlier way back has left in its address, and without an order's hash: Click and its logs see it. */
    public static function url(string $page, int $paymentId): string
    {
        if ($page === '') {
            return '';
        }
        [$path, $query] = explode('?', explode('#', $page, 2)[0], 2) + [1 => ''];
        $dropped = [self::OURS, ...self::CLICKS, ...Owner::HASH_PARAMETERS];
        $kept = array_filter(
            explode('&', $query),
            static fn(string $part): bool => $part !== '' && !in_array(rawurldecode(explode('=', $part, 2)[0]), $dropped, true),
        );
        return $path . '?' . implode('&', [...$kept, self::OURS . "=$paymentId"]);
    }

    /** `https://shop.uz`; empty for what is no web address. */
    public static function origin(string $url): string
    {
        return preg_match(self::ORIGIN, $url, $found) === 1 ? strtolower($found[0]) : '';
    }

    private static function isScript(string $url): bool
    {
        return str_starts_with((string) preg_replace(self::ORIGIN, '', $url), self::SCRIPTS);
    }

    /**
     * `payment_status`, when it is about this payment.
     *
     * @param array<mixed> $query of the page's address
     */
    public static function status(array $query, int $paymentId): string
    {
        $status = $query['payment_status'] ?? null;
        return is_string($status) && ($query[self::OURS] ?? null) === (string) $paymentId ? mb_scrub($status, 'UTF-8') : '';
    }
}
