<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

/**
 * What a trace must tell alike: everything, but for the events of baskets and shipments, which the stand-in has not, how many keys an array
 * of more than a dozen has, and columns that hold nothing in an added row.
 */
final class Essence
{
    private const OF_OTHERS = '/^event OnSale(Basket|Shipment)\w*\(/';

    /**
     * @param list<array<string, mixed>> $hits
     * @param list<string> $absent tables and columns that one of the two databases lacks
     * @return string a text, so that a difference is shown by its lines
     */
    public static function ofCase(array $hits, array $absent): string
    {
        $essence = array_map(static fn(array $hit) => isset($hit['given']) ? ['given' => $hit['given']] : [
            'log' => self::log($hit['log'] ?? []),
            'end' => $hit['end'] ?? '',
            'printed' => $hit['printed'] ?? '',
            'rows' => self::rows($hit['rows'] ?? [], $absent),
        ], $hits);
        return json_encode($essence, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
    }

    /**
     * @param list<string> $log
     * @return list<string>
     */
    private static function log(array $log): array
    {
        $lines = array_filter($log, static fn(string $line) => preg_match(self::OF_OTHERS, $line) !== 1);
        return array_values(array_map(static fn(string $line) => (string) preg_replace('/keys \(\d+\)/', 'keys (many)', $line), $lines));
    }

    /**
     * @param array<string, array<string, string>> $rows
     * @param list<string> $absent
     * @return array<string, array<string, string>>
     */
    private static function rows(array $rows, array $absent): array
    {
        $kept = [];
        foreach ($rows as $key => $cells) {
            $table = explode(' ', $key)[0];
            // An added row's columns that hold nothing say nothing.
            $isLooked = static fn(string $cell, string $column) => $cell !== 'null' && !in_array("$table.$column", $absent, true);
            $cells = array_filter($cells, $isLooked, ARRAY_FILTER_USE_BOTH);
            ksort($cells);
            if (!in_array($table, $absent, true) && ($cells !== [] || preg_match('/ [+-]/', $key) === 1)) {
                $kept[$key] = $cells;
            }
        }
        ksort($kept);
        return $kept;
    }
}
