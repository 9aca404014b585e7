<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

use ClickBridge\Test\Support\DatabaseServer;
use RuntimeException;

/**
 * What a real core gave for each case, what this kernel gives, and where the two are meant to differ.
 *
 * @phpstan-type Hits list<array<string, mixed>>
 */
final class Recordings
{
    public const FOLDER = __DIR__ . '/../../bitrix-kernel/conformance';

    /** @var array<string, array{absent: list<string>, cases: array<string, Hits>}> */
    private static array $played = [];

    /** @return array<string, array<string, Hits>> the cases of core25, by scenario */
    public static function ofCore25(): array
    {
        $cases = [];
        foreach (glob(self::FOLDER . '/traces/core25/*.json') ?: [] as $file) {
            $cases[basename($file, '.json')] = self::decoded((string) file_get_contents($file))['cases'];
        }
        return $cases;
    }

    /** @return array<string, array<string, Hits>> the few cases that core26 answers otherwise */
    public static function ofCore26(): array
    {
        return self::decoded((string) file_get_contents(self::FOLDER . '/traces/core26-differences.json'));
    }

    /**
     * Plays a scenario on the stand-in, once a process: all of its cases share one database.
     *
     * @return array{absent: list<string>, cases: array<string, Hits>}
     */
    public static function played(string $scenario): array
    {
        return self::$played[$scenario] ??= self::play($scenario);
    }

    /** @return array<string, string> case => why it may differ */
    public static function meant(string $scenario): array
    {
        $file = self::FOLDER . "/meant-differences/$scenario.php";
        return is_file($file) ? require $file : [];
    }

    /** @return array{absent: list<string>, cases: array<string, Hits>} */
    private static function play(string $scenario): array
    {
        $complaints = tmpfile() ?: throw new RuntimeException('no temporary file');
        $process = proc_open(
            [PHP_BINARY, self::FOLDER . "/scenarios/$scenario.php", self::FOLDER . '/bootstrap.php'],
            [0 => ['file', '/dev/null', 'r'], 1 => ['pipe', 'w'], 2 => $complaints],
            $pipes,
            null,
            ['CLICKBRIDGE_TEST_DATABASE_URL' => DatabaseServer::running()->url('')] + getenv(),
        );
        $printed = $process === false ? '' : (string) stream_get_contents($pipes[1]);
        if ($process === false || proc_close($process) !== 0) {
            rewind($complaints);
            throw new RuntimeException("$scenario did not run: $printed" . stream_get_contents($complaints));
        }
        $trace = self::decoded($printed);
        return ['absent' => $trace['absent_columns'], 'cases' => $trace['cases']];
    }

    /** @return array<string, mixed> */
    private static function decoded(string $json): array
    {
        return json_decode($json, true, 512, JSON_THROW_ON_ERROR);
    }
}
