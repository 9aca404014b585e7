<?php

declare(strict_types=1);

namespace ClickBridge\Qr;

/** Check bytes over GF(256) with the polynomial of ISO/IEC 18004: x^8 + x^4 + x^3 + x^2 + 1. */
final class ReedSolomon
{
    private const POLYNOMIAL = 0x11d;

    /**
     * @param list<int> $data
     * @return list<int>
     */
    public static function check(array $data, int $count): array
    {
        $divisor = self::divisor($count);
        $rest = array_fill(0, $count, 0);
        foreach ($data as $byte) {
            $factor = $byte ^ array_shift($rest);
            $rest[] = 0;
            foreach ($divisor as $index => $coefficient) {
                $rest[$index] ^= self::product($coefficient, $factor);
            }
        }
        return array_values($rest);
    }

    /**
     * (x - 1)(x - 2)(x - 4)…, without its leading 1.
     *
     * @return list<int>
     */
    private static function divisor(int $degree): array
    {
        $result = array_fill(0, $degree, 0);
        $result[$degree - 1] = 1;
        $root = 1;
        for ($round = 0; $round < $degree; $round++) {
            for ($index = 0; $index < $degree; $index++) {
                $result[$index] = self::product($result[$index], $root) ^ ($result[$index + 1] ?? 0);
            }
            $root = self::product($root, 2);
        }
        return array_values($result);
    }

    private static function product(int $a, int $b): int
    {
        $product = 0;
        for ($bit = 7; $bit >= 0; $bit--) {
            $product = ($product << 1) ^ (($product >> 7) * self::POLYNOMIAL);
            $product ^= (($b >> $bit) & 1) * $a;
        }
        return $product;
    }
}
