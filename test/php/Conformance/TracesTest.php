<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** The stand-in kernel behaves as real cores were seen to (test/bitrix-kernel/conformance/README.md). */
final class TracesTest extends TestCase
{
    private const MEANT_MAX = 20;

    /** @return iterable<string, array{string, string, bool}> */
    public static function cases(): iterable
    {
        foreach (['core25' => Recordings::ofCore25(), 'core26' => Recordings::ofCore26()] as $core => $scenarios) {
            foreach ($scenarios as $scenario => $cases) {
                foreach (array_keys($cases) as $case) {
                    yield "$scenario, $case, as $core" => [$scenario, (string) $case, $core === 'core26'];
                }
            }
        }
    }

    #[DataProvider('cases')]
    #[TestDox('the stand-in gives the recorded trace: $_dataName')]
    public function testTrace(string $scenario, string $case, bool $isCore26): void
    {
        $recorded = ($isCore26 ? Recordings::ofCore26() : Recordings::ofCore25())[$scenario][$case];
        $played = Recordings::played($scenario);
        $want = Essence::ofCase($recorded, $played['absent']);
        $got = Essence::ofCase($played['cases'][$case], $played['absent']);

        if (isset(Recordings::meant($scenario)[$isCore26 ? "$case (core26)" : $case])) {
            self::assertNotSame($want, $got, 'No longer different: take it from the list of meant differences.');
        } else {
            self::assertSame($want, $got);
        }
    }

    #[TestDox('a meant difference names a recorded case, and there are few of them')]
    public function testMeant(): void
    {
        $count = 0;
        foreach (glob(Recordings::FOLDER . '/meant-differences/*.php') ?: [] as $file) {
            $scenario = basename($file, '.php');
            $cases = array_map(static fn($case) => "$case (core26)", array_keys(Recordings::ofCore26()[$scenario] ?? []));
            array_push($cases, ...array_keys(Recordings::ofCore25()[$scenario] ?? []));
            self::assertSame([], array_diff(array_keys(Recordings::meant($scenario)), $cases), "$scenario has no such case");
            $count += count(Recordings::meant($scenario));
        }
        self::assertLessThanOrEqual(self::MEANT_MAX, $count);
    }
}
