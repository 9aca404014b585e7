<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

/** Sends an answer so that Click has it before PHP continues. Hosts disable functions, so each is checked first. */
final class EarlyAnswer
{
    /** For what follows the answer. Well inside the 15 minutes of a started order update, and more than a shop's usual 30 seconds. */
    private const WORK_SECONDS_MAX = 300;

    /**
     * Sends the whole response now and swallows everything printed later. Call once, before any other output.
     *
     * @param bool $workFollows true when the connection must be closed from here, because PHP lives on
     */
    public static function send(string $json, bool $workFollows): void
    {
        while (ob_get_level() > 0 && ob_end_clean()) {
            // Output of the site's own files is not part of the answer.
        }
        if (function_exists('ignore_user_abort')) {
            ignore_user_abort(true);
        }
        // Not http_response_code(): it keeps a status line that was sent as a header, as Composer's platform check does.
        header('HTTP/1.1 200 OK');
        header('Content-Type: application/json; charset=UTF-8');
        header('Cache-Control: no-store');
        if ($workFollows) {
            self::makeSelfContained($json);
            self::allowTime();
        }
        echo $json;
        self::finish();
        ob_start(static fn(): string => '');
    }

    /** Under mod_php nothing can end the request early, but a client that knows the length and sees no compression reads to the end. */
    private static function makeSelfContained(string $json): void
    {
        if (function_exists('ini_set')) {
            ini_set('zlib.output_compression', '0');
        }
        if (function_exists('apache_setenv')) {
            apache_setenv('no-gzip', '1');
        }
        header('Content-Length: ' . strlen($json));
        if (!self::canFinish()) {
            header('Content-Encoding: none');
            header('Connection: close');
        }
    }

    /** If PHP is stopped during a save, the order is half saved. */
    private static function allowTime(): void
    {
        if (function_exists('set_time_limit')) {
            set_time_limit(self::WORK_SECONDS_MAX);
        }
    }

    private static function canFinish(): bool
    {
        return function_exists('fastcgi_finish_request') || function_exists('litespeed_finish_request');
    }

    private static function finish(): void
    {
        if (function_exists('fastcgi_finish_request')) {
            fastcgi_finish_request();
        } elseif (function_exists('litespeed_finish_request')) {
            litespeed_finish_request();
        } else {
            flush();
        }
    }
}
