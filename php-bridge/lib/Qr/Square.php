<?php

declare(strict_types=1);

namespace ClickBridge\Qr;

/** The square of a QR code (ISO/IEC 18004): its patterns, and the bytes between them under the mask that reads best. */
final class Square
{
    private const FORMAT_POLYNOMIAL = 0x537;
    private const FORMAT_MASK = 0x5412;
    private const VERSION_POLYNOMIAL = 0x1f25;
    /** Level M is 0 in the format. */
    private const LEVEL_M = 0;
    private const MASKS = 8;
    private const TIMING = 6;

    private readonly int $size;
    /** @var array<int, array<int, int>> the patterns, by row and column: 1 is dark */
    private array $pattern = [];

    private function __construct(private readonly Codewords $words)
    {
        $this->size = 17 + 4 * $words->version;
        $this->drawFinders();
        $this->drawAlignment();
        for ($at = 0; $at < $this->size; $at++) {
            $this->pattern[self::TIMING][$at] ??= 1 - $at % 2;
            $this->pattern[$at][self::TIMING] ??= 1 - $at % 2;
        }
        $this->drawVersion();
        $this->drawFormat(0);
    }

    /** @return list<string> rows of `0` (light) and `1` (dark) */
    public static function of(Codewords $words): array
    {
        $square = new self($words);
        $best = [];
        $least = PHP_INT_MAX;
        for ($mask = 0; $mask < self::MASKS; $mask++) {
            $square->drawFormat($mask);
            $rows = $square->rows($mask);
            $penalty = Penalty::of($rows);
            if ($penalty < $least) {
                [$best, $least] = [$rows, $penalty];
            }
        }
        return $best;
    }

    private function drawFinders(): void
    {
        $far = $this->size - 7;
        foreach ([[0, 0], [0, $far], [$far, 0]] as [$top, $left]) {
            for ($y = -1; $y <= 7; $y++) {
                for ($x = -1; $x <= 7; $x++) {
                    $ring = max(abs($x - 3), abs($y - 3));
                    $this->draw($top + $y, $left + $x, $ring === 2 || $ring === 4 ? 0 : 1);
                }
            }
        }
    }

    private function drawAlignment(): void
    {
        $centres = $this->alignmentCentres();
        $last = count($centres) - 1;
        foreach ($centres as $i => $row) {
            foreach ($centres as $j => $column) {
                if (in_array([$i, $j], [[0, 0], [0, $last], [$last, 0]], true)) {
                    continue;
                }
                for ($y = -2; $y <= 2; $y++) {
                    for ($x = -2; $x <= 2; $x++) {
                        $this->draw($row + $y, $column + $x, max(abs($x), abs($y)) === 1 ? 0 : 1);
                    }
                }
            }
        }
    }

    /** @return list<int> */
    private function alignmentCentres(): array
    {
        $version = $this->words->version;
        if ($version === 1) {
            return [];
        }
        $count = intdiv($version, 7) + 2;
        $step = intdiv($version * 8 + $count * 3 + 5, $count * 4 - 4) * 2;
        $centres = [];
        for ($at = $this->size - 7; count($centres) < $count - 1; $at -= $step) {
            array_unshift($centres, $at);
        }
        return [self::TIMING, ...$centres];
    }

    private function drawVersion(): void
    {
        $version = $this->words->version;
        if ($version < 7) {
            return;
        }
        $bits = $version << 12 | self::remainder($version, 12, self::VERSION_POLYNOMIAL);
        for ($index = 0; $index < 18; $index++) {
            [$far, $near] = [$this->size - 11 + $index % 3, intdiv($index, 3)];
            $this->draw($near, $far, $bits >> $index & 1);
            $this->draw($far, $near, $bits >> $index & 1);
        }
    }

    private function drawFormat(int $mask): void
    {
        $data = self::LEVEL_M << 3 | $mask;
        $bits = ($data << 10 | self::remainder($data, 10, self::FORMAT_POLYNOMIAL)) ^ self::FORMAT_MASK;
        $around = [0, 1, 2, 3, 4, 5, 7, 8];
        for ($index = 0; $index < 15; $index++) {
            $bit = $bits >> $index & 1;
            if ($index < 8) {
                $this->draw($around[$index], 8, $bit);
                $this->draw(8, $this->size - 1 - $index, $bit);
            } else {
                $this->draw(8, $around[14 - $index], $bit);
                $this->draw($this->size - 15 + $index, 8, $bit);
            }
        }
        $this->draw($this->size - 8, 8, 1);
    }

    private static function remainder(int $data, int $bits, int $polynomial): int
    {
        for ($round = 0, $rest = $data; $round < $bits; $round++) {
            $rest = ($rest << 1) ^ (($rest >> ($bits - 1)) * $polynomial);
        }
        return $rest;
    }

    private function draw(int $row, int $column, int $dark): void
    {
        if ($row >= 0 && $column >= 0 && $row < $this->size && $column < $this->size) {
            $this->pattern[$row][$column] = $dark;
        }
    }

    /**
     * The patterns with the bits between them: two columns at a time from the right, upwards and downwards in turn.
     *
     * @return list<string>
     */
    private function rows(int $mask): array
    {
        $square = $this->pattern;
        $bits = 8 * count($this->words->bytes);
        $at = 0;
        for ($right = $this->size - 1; $right >= 1; $right -= 2) {
            if ($right === self::TIMING) {
                $right--;
            }
            for ($step = 0; $step < 2 * $this->size; $step++) {
                $row = (($right + 1) & 2) === 0 ? $this->size - 1 - intdiv($step, 2) : intdiv($step, 2);
                $column = $right - $step % 2;
                if (!isset($square[$row][$column])) {
                    $bit = $at < $bits ? $this->words->bytes[$at >> 3] >> (7 - ($at & 7)) & 1 : 0;
                    $square[$row][$column] = $bit ^ self::masks($mask, $row, $column);
                    $at++;
                }
            }
        }
        $rows = [];
        for ($row = 0; $row < $this->size; $row++) {
            ksort($square[$row]);
            $rows[] = implode('', $square[$row]);
        }
        return $rows;
    }

    private static function masks(int $mask, int $y, int $x): int
    {
        $isDark = match ($mask) {
            0 => ($x + $y) % 2 === 0,
            1 => $y % 2 === 0,
            2 => $x % 3 === 0,
            3 => ($x + $y) % 3 === 0,
            4 => (intdiv($x, 3) + intdiv($y, 2)) % 2 === 0,
            5 => $x * $y % 2 + $x * $y % 3 === 0,
            6 => ($x * $y % 2 + $x * $y % 3) % 2 === 0,
            default => (($x + $y) % 2 + $x * $y % 3) % 2 === 0,
        };
        return $isDark ? 1 : 0;
    }
}
