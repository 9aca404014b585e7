<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use Bitrix\Main\Localization\Loc;

/** The sentences of the template's language files that the page's script shows too, as JSON. */
final class TemplateTexts
{
    private const INVOICE = [
        'SENDING', 'DONE', 'UNKNOWN', 'PHONE', 'TOO_MANY', 'REFUSED', 'NOT_PAYABLE', 'TOKEN', 'UNAVAILABLE',
    ];
    private const STAGES = [
        'PAYABLE', 'INVOICE_SENT', 'IN_PROGRESS', 'DECLINED', 'EXPIRED', 'CAPTURED', 'PAID', 'RETURNED', 'NOT_PAYABLE',
    ];

    /** The text of a payment in a new page: Click's hint while there is nothing else, otherwise the stage. */
    public static function state(string $stage, string $hint): string
    {
        return $stage === '' ? '' : self::text($hint === '' ? "STAGE_$stage" : "HINT_$hint");
    }

    public static function stages(): string
    {
        return self::json('STAGE_', self::STAGES);
    }

    public static function invoice(): string
    {
        return self::json('INVOICE_', self::INVOICE);
    }

    /** @param list<string> $codes */
    private static function json(string $prefix, array $codes): string
    {
        $texts = [];
        foreach ($codes as $code) {
            $texts[$code] = self::text($prefix . $code);
        }
        return (string) json_encode($texts, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
    }

    private static function text(string $code): string
    {
        return (string) Loc::getMessage("CLICKBRIDGE_$code");
    }
}
