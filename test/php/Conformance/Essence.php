<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

/**
 * What a trace must tell alike: what calls gave, what the handler was asked, how a hit ended, the events that a payment module hears with
 * what the database said then, and the rows; without who did it, and without the keys of mail and history.
 */
final class Essence
{
    private const EVENTS = [
        'OnSaleOrderBeforeSaved', 'OnSaleOrderEntitySaved', 'OnSalePaymentEntitySaved', 'OnPaymentPaid', 'OnSaleOrderSaved',
        'OnSaleOrderPaid', 'OnSalePayOrder', 'OnSaleOrderCanceled', 'OnSaleCancelOrder', 'OnSalePsServiceProcessRequestBeforePaid',
        'OnSaleAfterPsServiceProcessRequest',
    ];
    /** Columns that begin so are details. */
    private const DETAILS = '/^(EMP_|DATA|C_FIELDS|USER_ID|UPDATED_1C|LID)/';

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
        $lines = [];
        foreach ($log as $line) {
            if (preg_match('/^(?:event|old-style event) (\w+)\(.*\)( \{.*\})?$/Ds', $line, $event) !== 1) {
                $lines[] = $line;
            } elseif (in_array($event[1], self::EVENTS, true)) {
                $lines[] = "event $event[1]" . ($event[2] ?? '');
            }
        }
        return $lines;
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
            $cells = array_filter($cells, static fn(string $cell, string $column) => $cell !== 'null'
                && preg_match(self::DETAILS, $column) !== 1
                && !in_array("$table.$column", $absent, true), ARRAY_FILTER_USE_BOTH);
            ksort($cells);
            if (!in_array($table, $absent, true) && ($cells !== [] || preg_match('/ [+-]/', $key) === 1)) {
                $kept[$key] = $cells;
            }
        }
        ksort($kept);
        return $kept;
    }
}
