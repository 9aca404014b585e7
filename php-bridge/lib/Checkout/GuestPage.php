<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

/**
 * The page of a guest, which needs the order's hash. Click gets an address without the hash, so the page's address is stored in the guest's
 * browser, in a cookie that only back.php gets. It stores only the path, so that no cookie can lead to another site.
 */
final class GuestPage
{
    private const COOKIE = 'clickbridge_page_';
    private const KEPT_SECONDS = 3_600;
    private const BYTES_MAX = 1_200;
    /** Excludes `//elsewhere` and other forms of it that browsers accept. */
    private const PATH = '~^/(?![/\\\\])[\x21-\x5b\x5d-\x7e]*$~D';
    private const PAYMENT = '/^[1-9]\d{0,9}$/D';

    /** Where Click sends the guest; empty when the page cannot be stored because headers are already sent. */
    public static function keep(string $page, int $paymentId, string $language): string
    {
        $origin = ReturnUrl::origin($page);
        $path = substr($page, strlen($origin));
        if ($origin === '' || !self::isPath($path) || headers_sent()) {
            return '';
        }
        $isKept = setcookie(self::COOKIE . $paymentId, $path, [
            'expires' => time() + self::KEPT_SECONDS,
            'path' => Page::FOLDER . '/back.php',
            'secure' => str_starts_with($origin, 'https:'),
            'httponly' => true,
            'samesite' => 'Lax',
        ]);
        return $isKept ? $origin . Page::FOLDER . '/back.php?lang=' . rawurlencode($language) . '&' . ReturnUrl::OURS . "=$paymentId" : '';
    }

    /**
     * The path of the page with what Click added to the way back; empty when this browser does not know it.
     *
     * @param array<mixed> $query   of back.php
     * @param array<mixed> $cookies
     */
    public static function found(array $query, array $cookies): string
    {
        $payment = $query[ReturnUrl::OURS] ?? '';
        $path = is_string($payment) && preg_match(self::PAYMENT, $payment) === 1 ? $cookies[self::COOKIE . $payment] ?? '' : '';
        if (!is_string($path) || !self::isPath($path)) {
            return '';
        }
        $told = array_filter(
            array_intersect_key($query, array_flip([ReturnUrl::OURS, ...ReturnUrl::CLICKS])),
            static fn(mixed $value): bool => is_string($value) && preg_match('/^-?\d{1,20}$/D', $value) === 1,
        );
        return $path . (str_contains($path, '?') ? '&' : '?') . http_build_query($told);
    }

    private static function isPath(string $text): bool
    {
        return strlen($text) <= self::BYTES_MAX && preg_match(self::PATH, $text) === 1;
    }
}
