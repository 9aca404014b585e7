<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

/**
 * The recorded shapes of one core's classes and functions.
 *
 * @phpstan-type Callable_ array{params: array{int, int}, types?: list<string>, returnType?: string, returns?: string, static?: bool,
 *     protected?: bool, abstract?: bool, final?: bool, variadic?: bool, byReference?: list<int>}
 * @phpstan-type Class_ array{kind: string, parent: ?string, interfaces: list<string>, abstract: bool, final: bool,
 *     constants: array<string, scalar|null>, methods: array<string, Callable_>}
 */
final class Signatures
{
    public const CORES = ['core25', 'core26'];
    public const FILE = __DIR__ . '/../../bitrix-kernel/conformance/signatures.json';

    /**
     * @param array<string, Class_> $classes
     * @param array<string, Callable_> $functions
     * @param array<string, string> $aliases the name of a class by its other name
     */
    private function __construct(
        public readonly string $core,
        public readonly array $classes,
        public readonly array $functions,
        public readonly array $aliases,
    ) {
    }

    public static function of(string $core): self
    {
        $recorded = json_decode((string) file_get_contents(self::FILE), true, 512, JSON_THROW_ON_ERROR);
        $classes = self::present($recorded['classes'], $core);
        $aliases = array_filter(array_map(static fn(array $class): mixed => $class['aliasOf'] ?? null, $classes));
        $shapes = array_map(static fn(array $class): array => [
            'kind' => $class['kind'],
            'parent' => self::variant($class['parent'] ?? null, $core),
            'interfaces' => $class['interfaces'] ?? [],
            'abstract' => $class['abstract'] ?? false,
            'final' => $class['final'] ?? false,
            'constants' => self::constants($class['constants'] ?? [], $core),
            'methods' => self::present($class['methods'], $core),
        ], array_diff_key($classes, $aliases));
        return new self($core, $shapes, self::present($recorded['functions'], $core), $aliases);
    }

    /** @return Class_|null */
    public function class(string $name): ?array
    {
        return $this->classes[$this->aliases[$name] ?? $name] ?? null;
    }

    /** @return Callable_|null of a class as it has it, inherited or not; PHP does not look at case */
    public function method(string $class, string $method): ?array
    {
        foreach ($this->lineage($class) as $ancestor) {
            $found = array_change_key_case($ancestor['methods'])[strtolower($method)] ?? null;
            if ($found !== null) {
                return $found;
            }
        }
        return null;
    }

    public function isA(string $class, string $ancestor): bool
    {
        return in_array($this->class($ancestor), $this->lineage($class), true);
    }

    /** @return Callable_|null */
    public function function(string $name): ?array
    {
        return array_change_key_case($this->functions)[strtolower($name)] ?? null;
    }

    /** @return array<string, scalar|null> null for a value that was not recorded */
    public function constantsOf(string $class): array
    {
        return array_merge(...array_reverse(array_column($this->lineage($class), 'constants')));
    }

    /** @return list<Class_> the class itself, what it extends and what it implements */
    private function lineage(string $name): array
    {
        $class = $this->class($name);
        if ($class === null) {
            return [];
        }
        $parents = array_filter([$class['parent'], ...$class['interfaces']]);
        return array_merge([$class], ...array_map($this->lineage(...), array_values($parents)));
    }

    /**
     * What the core has of entries that may be of one core only, or differ.
     *
     * @param array<string, array<string, mixed>> $entries
     * @return array<string, mixed>
     */
    private static function present(array $entries, string $core): array
    {
        $here = array_filter($entries, static fn(array $entry): bool => ($entry['only'] ?? $core) === $core);
        return array_map(static fn(array $entry): mixed => self::variant($entry, $core), $here);
    }

    /**
     * @param array<string, mixed> $constants
     * @return array<string, scalar|null>
     */
    private static function constants(array $constants, string $core): array
    {
        $here = array_filter($constants, static fn(mixed $value): bool => !isset($value['only']) || $value['only'] === $core);
        return array_map(static fn(mixed $value): mixed => isset($value['only']) ? $value['value'] : self::variant($value, $core), $here);
    }

    private static function variant(mixed $entry, string $core): mixed
    {
        return is_array($entry) && array_key_exists($core, $entry) ? $entry[$core] : $entry;
    }
}
