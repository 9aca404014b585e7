<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

use ClickBridge\Test\Support\ChildProcess;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** `npm run check` has phpstan read the module on stubs of each core's signatures. Here it reads what is wrong, and has to find it all. */
final class StubsTest extends TestCase
{
    private const ROOT = __DIR__ . '/../../..';

    #[DataProvider('cores')]
    public function testPhpstanFindsWhatDoesNotFitTheCore(string $core): void
    {
        $stubs = self::ROOT . "/var/bitrix-stubs/$core.php";
        self::assertSame('', self::outputOf(self::ROOT . '/test/bitrix-kernel/conformance/write-stubs.php', $core, $stubs));

        $report = self::outputOf(
            self::ROOT . '/test/php/vendor/bin/phpstan',
            'analyse',
            '--configuration',
            self::ROOT . "/test/php/phpstan/$core.neon",
            '--no-progress',
            '--memory-limit=1G',
            '--error-format=raw',
            __DIR__ . '/wrong',
        );

        $found = [];
        foreach (explode("\n", trim($report)) as $line) {
            if (preg_match('~/(\w+\.php:\d+:.*)$~', $line, $match) === 1) {
                $found[] = $match[1];
            }
        }
        $expected = self::expectedOn($core);
        self::assertCount(count($expected), $found, $report);
        foreach ($expected as $message) {
            self::assertStringContainsString($message, implode("\n", $found));
        }
    }

    /** @return iterable<string, array{string}> */
    public static function cores(): iterable
    {
        foreach (Signatures::CORES as $core) {
            yield $core => [$core];
        }
    }

    /** @return list<string> file:line:message, of the comments before a line */
    private static function expectedOn(string $core): array
    {
        $expected = [];
        foreach ((array) glob(__DIR__ . '/wrong/*.php') as $file) {
            $waiting = [];
            foreach ((array) file((string) $file, FILE_IGNORE_NEW_LINES) as $number => $line) {
                if (preg_match('~^\s*// (both|core2\d): (.*)$~', (string) $line, $match) === 1) {
                    $waiting = in_array($match[1], ['both', $core], true) ? [...$waiting, $match[2]] : $waiting;
                    continue;
                }
                foreach ($waiting as $message) {
                    $expected[] = basename((string) $file) . ':' . ($number + 1) . ":$message";
                }
                $waiting = [];
            }
        }
        return $expected;
    }

    private static function outputOf(string ...$command): string
    {
        $child = ChildProcess::start([PHP_BINARY, ...array_values($command)]);
        $child->wait();
        return $child->output();
    }
}
