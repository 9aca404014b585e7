<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

use PHPUnit\Framework\Attributes\RunTestsInSeparateProcesses;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** Every class and function of the stand-in has the recorded shape. In a process of its own: it loads all of the stand-in. */
#[RunTestsInSeparateProcesses]
final class StandInSignaturesTest extends TestCase
{
    /** Difference => why it is meant. It has to differ. */
    private const MEANT = [];

    #[TestDox('the stand-in has the shapes that both cores have, but for the differences that are meant')]
    public function testDifferences(): void
    {
        $found = [];
        foreach (Signatures::CORES as $core) {
            foreach ((new SignatureComparison(Signatures::of($core)))->all() as $difference) {
                $found[$difference][] = $core;
            }
        }
        $lines = array_map(
            static fn(string $difference, array $cores): string => $difference . (count($cores) > 1 ? '' : " ($cores[0])"),
            array_keys($found),
            array_values($found),
        );
        sort($lines);
        $meant = array_keys(self::MEANT);
        sort($meant);

        self::assertSame($meant, $lines);
    }
}
