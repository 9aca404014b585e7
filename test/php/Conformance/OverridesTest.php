<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

use ClickBridge\Test\Support\ChildProcess;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** The module's classes are declared on the recorded classes of each core: what PHP refuses there takes the shop's page with it. */
final class OverridesTest extends TestCase
{
    private const MODULE = __DIR__ . '/../../../php-bridge';

    #[DataProvider('cores')]
    public function testEveryClassOfTheModuleFitsItsParentsInTheCore(string $core): void
    {
        $files = ['handler/clickbridge/handler.php', 'install/index.php'];
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(self::MODULE . '/lib')) as $file) {
            $files[] = str_ends_with((string) $file, '.php') ? substr((string) $file, strlen(self::MODULE) + 1) : null;
        }
        $paths = array_map(static fn(string $file): string => self::MODULE . "/$file", array_values(array_filter($files)));

        [$exitCode, $output] = self::declare($core, $paths);

        self::assertSame(0, $exitCode, $output);
        $declared = explode("\n", trim($output));
        self::assertContains('Sale\\Handlers\\PaySystem\\ClickBridgeHandler', $declared);
        self::assertContains('clickbridge_payment', $declared);
        self::assertCount(count($paths), $declared, 'a class a file');
    }

    #[DataProvider('cores')]
    public function testAnOverrideThatIsNarrowerThanTheCoresIsRefused(string $core): void
    {
        [$exitCode, $output] = self::declare($core, [__DIR__ . '/wrong/NarrowHandler.php']);

        self::assertNotSame(0, $exitCode);
        self::assertStringContainsString('getParamsBusValue() must be public', $output);
    }

    /** @return iterable<string, array{string}> */
    public static function cores(): iterable
    {
        foreach (Signatures::CORES as $core) {
            yield $core => [$core];
        }
    }

    /**
     * @param list<string> $files
     * @return array{int, string}
     */
    private static function declare(string $core, array $files): array
    {
        $child = ChildProcess::start([PHP_BINARY, __DIR__ . '/declare-classes.php', $core, ...$files]);
        return [$child->wait(), $child->output()];
    }
}
