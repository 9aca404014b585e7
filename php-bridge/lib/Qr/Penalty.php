<?php

declare(strict_types=1);

namespace ClickBridge\Qr;

/** How hard a square is to read (ISO/IEC 18004, 7.8.3): long runs, blocks, what looks like a finder, too much of one colour. */
final class Penalty
{
    private const RUN_MIN = 5;
    private const RUN = 3;
    private const BLOCK = 3;
    private const FINDER = 40;
    private const COLOUR = 10;

    /** @param list<string> $rows */
    public static function of(array $rows): int
    {
        $size = count($rows);
        $columns = [];
        for ($column = 0; $column < $size; $column++) {
            $columns[] = implode('', array_map(static fn(string $row): string => $row[$column], $rows));
        }
        $lines = implode("\n", [...$rows, ...$columns]);
        $dark = substr_count(implode('', $rows), '1');
        return self::runs($lines)
            + self::FINDER * (int) preg_match_all('/(?=10111010000|00001011101)/', $lines)
            + self::BLOCK * self::blocks($rows)
            + self::COLOUR * intdiv((int) abs($dark * 20 - $size * $size * 10), $size * $size);
    }

    private static function runs(string $lines): int
    {
        preg_match_all('/0{5,}|1{5,}/', $lines, $found);
        $penalty = 0;
        foreach ($found[0] as $run) {
            $penalty += self::RUN + strlen($run) - self::RUN_MIN;
        }
        return $penalty;
    }

    /** @param list<string> $rows */
    private static function blocks(array $rows): int
    {
        $blocks = 0;
        foreach (array_slice($rows, 1) as $index => $row) {
            $both = $rows[$index] ^ $row;
            // Equal above and below, and so are the neighbours to the right.
            preg_match_all('/(?=\0\0)/', $both, $pairs, PREG_OFFSET_CAPTURE);
            foreach ($pairs[0] as [, $at]) {
                $blocks += $row[$at] === $row[$at + 1] ? 1 : 0;
            }
        }
        return $blocks;
    }
}
