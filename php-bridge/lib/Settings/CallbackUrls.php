<?php

declare(strict_types=1);

namespace ClickBridge\Settings;

use Bitrix\Main\HttpRequest;

/** The two addresses of Click's cabinet, as this visitor reaches the shop. */
final class CallbackUrls
{
    private const HTTP_PORT = '80';
    private const HTTPS_PORT = '443';
    private const HOST = '/^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/iD';

    /** @return list<string> Prepare and then Complete */
    public static function of(HttpRequest $request): array
    {
        $page = self::origin($request) . '/bitrix/tools/clickbridge/callback.php';
        return ["$page?route=prepare", "$page?route=complete"];
    }

    /** Bitrix's `getHttpHost` drops the port, so the header itself is read. SERVER_PORT is no use: behind a proxy it is the inner server's. */
    private static function origin(HttpRequest $request): string
    {
        $isKnown = preg_match(self::HOST, (string) $request->getHeader('Host'), $host) === 1;
        $port = $isKnown ? $host[2] ?? '' : '';
        // Bitrix looks at its own server only, and a proxy before it may have ended the TLS.
        $isHttps = $request->isHttps() || $port === self::HTTPS_PORT
            || strtolower(trim(explode(',', (string) $request->getHeader('X-Forwarded-Proto'))[0])) === 'https';
        // A proxy may write the port that it forwards to behind the name: BitrixVM says :80 and :443.
        $isUsual = in_array($port, ['', self::HTTP_PORT, self::HTTPS_PORT], true);
        return ($isHttps ? 'https' : 'http') . '://' . ($isKnown ? $host[1] : $request->getHttpHost()) . ($isUsual ? '' : ":$port");
    }
}
