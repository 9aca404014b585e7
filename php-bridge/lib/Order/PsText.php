<?php

declare(strict_types=1);

namespace ClickBridge\Order;

/** Texts for the fields of a payment that Bitrix's admin pages show. */
final class PsText
{
    /** Longer text makes Bitrix save the order and silently leave the payment as it was. What every version takes. */
    private const CHARACTERS_MAX = [
        'PS_INVOICE_ID' => 250,
        'PS_STATUS_MESSAGE' => 250,
        'PS_STATUS_DESCRIPTION' => 250,
        'PS_STATUS_CODE' => 255,
        'PAY_VOUCHER_NUM' => 20,
    ];

    /**
     * Each as long as its field, and without what the payment's edit form, which prints them as they are, would take for HTML.
     *
     * @param array<string, string> $texts
     * @return array<string, string>
     */
    public static function fit(array $texts): array
    {
        foreach ($texts as $name => $text) {
            $texts[$name] = mb_substr(str_replace(['<', '>', '&', '"', "'"], '', $text), 0, self::CHARACTERS_MAX[$name], 'UTF-8');
        }
        return $texts;
    }
}
