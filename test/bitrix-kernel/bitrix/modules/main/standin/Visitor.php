<?php

declare(strict_types=1);

namespace StandIn;

/** Who looks at a page. Nobody logs in here: the cookie of the one administrator is what the site's settings name, if they name any. */
final class Visitor
{
    private const COOKIE = 'STANDIN_USER';

    public static function isAdmin(): bool
    {
        $admin = Hit::current()->testSetting('admin_cookie');
        return is_string($admin) && $admin !== '' && hash_equals($admin, self::cookie());
    }

    /** Somebody with an account and no rights has any other cookie. */
    public static function isKnown(): bool
    {
        return self::cookie() !== '';
    }

    /** The same on all pages of a visitor, and another one for each visitor. */
    public static function sessionKey(): string
    {
        return md5('sessid ' . Hit::current()->documentRoot . self::cookie());
    }

    private static function cookie(): string
    {
        $cookie = $_COOKIE[self::COOKIE] ?? '';
        return is_string($cookie) ? $cookie : '';
    }
}
