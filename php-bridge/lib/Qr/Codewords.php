<?php

declare(strict_types=1);

namespace ClickBridge\Qr;

/** The bytes of a QR code: a text in byte mode with error correction M, in the smallest version that holds it. */
final class Codewords
{
    private const BYTE_MODE = 0b0100;
    private const PADDING = [0xec, 0x11];
    /** ISO/IEC 18004, table 9, level M, by version: check bytes a block, and blocks. */
    private const CHECK_BYTES = [1 => 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24];
    private const BLOCKS = [1 => 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10];
    /** From here on the length of the text takes two bytes. */
    private const VERSION_OF_LONG_COUNT = 10;

    /** @param list<int> $bytes in the order in which they are drawn */
    private function __construct(public readonly int $version, public readonly array $bytes)
    {
    }

    /** Null for a text that would make a code too fine for a phone's camera. */
    public static function of(string $text): ?self
    {
        foreach (array_keys(self::BLOCKS) as $version) {
            $countBits = $version < self::VERSION_OF_LONG_COUNT ? 8 : 16;
            $room = self::total($version) - self::CHECK_BYTES[$version] * self::BLOCKS[$version];
            if (4 + $countBits + 8 * strlen($text) <= 8 * $room) {
                return new self($version, self::interleaved($version, self::data($text, $countBits, $room)));
            }
        }
        return null;
    }

    /** What is left of the square when all patterns are drawn. */
    private static function total(int $version): int
    {
        $bits = (16 * $version + 128) * $version + 64;
        if ($version >= 2) {
            $aligned = intdiv($version, 7) + 2;
            $bits -= (25 * $aligned - 10) * $aligned - 55;
        }
        return intdiv($version >= 7 ? $bits - 36 : $bits, 8);
    }

    /** @return list<int> */
    private static function data(string $text, int $countBits, int $room): array
    {
        $bits = sprintf("%04b%0{$countBits}b", self::BYTE_MODE, strlen($text));
        foreach (str_split($text) as $character) {
            $bits .= sprintf('%08b', ord($character));
        }
        $bits .= str_repeat('0', min(4, 8 * $room - strlen($bits)));
        $bytes = array_map(
            static fn(string $byte): int => (int) bindec(str_pad($byte, 8, '0')),
            str_split($bits, 8),
        );
        for ($index = 0; count($bytes) < $room; $index++) {
            $bytes[] = self::PADDING[$index % 2];
        }
        return $bytes;
    }

    /**
     * The blocks byte by byte, their data first. The last ones may be one byte longer.
     *
     * @param list<int> $data
     * @return list<int>
     */
    private static function interleaved(int $version, array $data): array
    {
        [$blocks, $checkBytes] = [self::BLOCKS[$version], self::CHECK_BYTES[$version]];
        $shortLength = intdiv(count($data), $blocks);
        $shorts = $blocks - count($data) % $blocks;
        $dataBlocks = [];
        $checkBlocks = [];
        for ($block = 0, $from = 0; $block < $blocks; $block++) {
            $length = $shortLength + ($block >= $shorts ? 1 : 0);
            $dataBlocks[] = $part = array_slice($data, $from, $length);
            $checkBlocks[] = ReedSolomon::check($part, $checkBytes);
            $from += $length;
        }
        return [...self::columns($dataBlocks, $shortLength + 1), ...self::columns($checkBlocks, $checkBytes)];
    }

    /**
     * @param list<list<int>> $blocks
     * @return list<int>
     */
    private static function columns(array $blocks, int $length): array
    {
        $bytes = [];
        for ($index = 0; $index < $length; $index++) {
            foreach ($blocks as $block) {
                if (isset($block[$index])) {
                    $bytes[] = $block[$index];
                }
            }
        }
        return $bytes;
    }
}
