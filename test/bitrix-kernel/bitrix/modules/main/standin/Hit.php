<?php

declare(strict_types=1);

namespace StandIn;

use RuntimeException;

/**
 * One run of the kernel: its settings and everything that Bitrix keeps for the time of a request. A test may begin several in one process;
 * each forgets the one before, its database connection included.
 */
final class Hit
{
    private static ?self $current = null;

    /** @var array<string, object> */
    private array $kept = [];

    /** @param array<string, mixed> $settings the values of bitrix/.settings.php, by section */
    private function __construct(public readonly string $documentRoot, private readonly array $settings)
    {
    }

    public static function begin(string $documentRoot): void
    {
        $root = rtrim($documentRoot, '/');
        $sections = require $root . '/bitrix/.settings.php';
        self::$current = new self($root, array_map(static fn(array $section) => $section['value'], $sections));
        $loads = self::$current->testSetting('loads_file');
        if (is_string($loads)) {
            file_put_contents($loads, ($_SERVER['REQUEST_URI'] ?? 'cli') . "\n", FILE_APPEND | LOCK_EX);
        }
    }

    public static function current(): self
    {
        return self::$current ?? throw new RuntimeException('the prolog has not run');
    }

    /** @return array<string, mixed> */
    public function setting(string $section): array
    {
        return $this->settings[$section] ?? [];
    }

    /** What a test asks of this kernel; null when it asks for nothing. */
    public function testSetting(string $name): mixed
    {
        return $this->setting('clickbridge_test')[$name] ?? null;
    }

    /**
     * The one object of this class in this hit.
     *
     * @template T of object
     * @param class-string<T> $class
     * @param callable(): T $make
     * @return T
     */
    public function keep(string $class, callable $make): object
    {
        /** @var T */
        return $this->kept[$class] ??= $make();
    }
}
