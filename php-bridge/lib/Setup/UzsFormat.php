<?php

declare(strict_types=1);

namespace ClickBridge\Setup;

/** How sums are written in a language: `1 234 567 so‘m`, `1 234 567 сум`. */
final class UzsFormat
{
    /**
     * With fewer, Bitrix rounds sums that have tiyin, and they are never equal to what Click takes. The zeros of whole sums are hidden
     * instead.
     */
    public const DECIMALS = 2;

    private const WORDS = [
        'ru' => ['# сум', 'Узбекский сум'],
        'uz' => ['# so‘m', 'O‘zbek so‘mi'],
    ];
    private const OTHERS = ['# UZS', 'Uzbekistani sum'];
    private const SPACE = 'S';

    /** @return array<string, mixed> a whole format, for a language that has none */
    public static function whole(string $language): array
    {
        [$template, $name] = self::WORDS[$language] ?? self::OTHERS;
        return [
            'FORMAT_STRING' => $template,
            'FULL_NAME' => $name,
            'DEC_POINT' => '.',
            'THOUSANDS_VARIANT' => self::SPACE,
        ] + self::tiyin();
    }

    /**
     * What is wrong with a format; the words and signs that an admin chose are not.
     *
     * @param array<string, mixed> $format as Bitrix has it
     * @return array<string, mixed> the fields to write; empty when nothing is wrong
     */
    public static function repaired(array $format, string $language): array
    {
        $hasPlace = str_contains((string) ($format['FORMAT_STRING'] ?? ''), '#');
        $hasTiyin = (int) ($format['DECIMALS'] ?? 0) === self::DECIMALS;
        return ($hasPlace ? [] : ['FORMAT_STRING' => self::whole($language)['FORMAT_STRING']]) + ($hasTiyin ? [] : self::tiyin());
    }

    /** @return array<string, mixed> */
    private static function tiyin(): array
    {
        return ['DECIMALS' => self::DECIMALS, 'HIDE_ZERO' => 'Y'];
    }
}
