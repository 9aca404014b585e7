<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use Bitrix\Main\Localization\Loc;
use ClickBridge\Contract\V1\GetCheckoutResponse\Stage;

/** The sentences of the template's language files that the page's script says too, as JSON. */
final class TemplateTexts
{
    private const INVOICE = [
        'SENDING', 'DONE', 'UNKNOWN', 'PHONE', 'TOO_MANY', 'REFUSED', 'NOT_PAYABLE', 'TOKEN', 'UNAVAILABLE',
    ];
    private const STAGES = [
        Stage::STAGE_PAYABLE => 'PAYABLE',
        Stage::STAGE_INVOICE_SENT => 'INVOICE_SENT',
        Stage::STAGE_IN_PROGRESS => 'IN_PROGRESS',
        Stage::STAGE_DECLINED => 'DECLINED',
        Stage::STAGE_EXPIRED => 'EXPIRED',
        Stage::STAGE_CAPTURED => 'CAPTURED',
        Stage::STAGE_PAID => 'PAID',
        Stage::STAGE_RETURNED => 'RETURNED',
        Stage::STAGE_NOT_PAYABLE => 'NOT_PAYABLE',
    ];
    /** Beside any other, what Click said on the way back is old. */
    private const STAGES_OF_HINT = ['PAYABLE', 'INVOICE_SENT', 'IN_PROGRESS'];

    /** The word of a stage; of one that this page does not know yet: it waits. */
    public static function stage(int $sent): string
    {
        return self::STAGES[$sent] ?? self::STAGES[Stage::STAGE_IN_PROGRESS];
    }

    /** What is said of a payment when the page comes: of Click's hint, until the service itself has something to say. */
    public static function state(string $stage, string $hint): string
    {
        if ($stage === '') {
            return '';
        }
        return $hint !== '' && in_array($stage, self::STAGES_OF_HINT, true)
            ? self::text("HINT_$hint")
            : self::text("STAGE_$stage");
    }

    public static function stages(): string
    {
        return self::json('STAGE_', array_values(self::STAGES));
    }

    public static function invoice(): string
    {
        return self::json('INVOICE_', self::INVOICE);
    }

    /** @param list<string> $words */
    private static function json(string $prefix, array $words): string
    {
        $texts = [];
        foreach ($words as $word) {
            $texts[$word] = self::text($prefix . $word);
        }
        return (string) json_encode($texts, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
    }

    private static function text(string $code): string
    {
        return (string) Loc::getMessage("CLICKBRIDGE_$code");
    }
}
