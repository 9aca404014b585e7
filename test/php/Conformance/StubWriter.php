<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

/**
 * The recorded classes of one core as PHP without bodies: for phpstan, and for PHP itself, which refuses a child that does not fit. Shapes
 * and native types are the core's. A type that it does not declare is a comment's, and is the stand-in's, which is held to what cores give.
 *
 * @phpstan-import-type Callable_ from Signatures
 * @phpstan-import-type Class_ from Signatures
 */
final class StubWriter
{
    private const BUILT_IN = [
        'self', 'static', 'parent', 'mixed', 'void', 'never', 'null', 'false', 'true', 'bool', 'int', 'float', 'string', 'array', 'object',
        'callable', 'iterable',
    ];

    public static function all(Signatures $core): string
    {
        $parts = ["<?php\n"];
        foreach ($core->classes as $name => $class) {
            $parts[] = self::class($core, $name, $class);
        }
        foreach ($core->functions as $name => $function) {
            $own = function_exists($name) ? new \ReflectionFunction($name) : null;
            $parts[] = self::inNamespace($name, self::comment($function, $own) . "function $name" . self::signature($function) . ' {}');
        }
        return implode("\n", $parts);
    }

    /** Declares a class in this process; nothing when the core has none. */
    public static function declare(Signatures $core, string $name): void
    {
        if (isset($core->aliases[$name])) {
            class_alias($core->aliases[$name], $name);
        } elseif (isset($core->classes[$name])) {
            eval(self::class($core, $name, $core->classes[$name]));
        }
    }

    /** @param Class_ $class */
    private static function class(Signatures $core, string $name, array $class): string
    {
        $own = class_exists($name, false) || interface_exists($name, false) ? new \ReflectionClass($name) : null;
        $isInterface = $class['kind'] === 'interface';
        $head = ($class['abstract'] && !$isInterface ? 'abstract ' : '') . ($class['final'] ? 'final ' : '');
        $head .= "{$class['kind']} " . self::shortName($name);
        $head .= $class['parent'] === null ? '' : " extends \\{$class['parent']}";
        $interfaces = implode(', ', array_map(static fn(string $interface): string => "\\$interface", $class['interfaces']));
        $head .= $interfaces === '' ? '' : ($isInterface ? ' extends ' : ' implements ') . $interfaces;
        $members = [];
        foreach ($class['constants'] as $constant => $value) {
            $members[] = ($value === null ? '/** @var mixed */ ' : '') . "const $constant = " . var_export($value, true) . ';';
        }
        foreach ($own?->getProperties() ?? [] as $property) {
            if (!$property->isPrivate() && !$property->getDeclaringClass()->isInternal()) {
                $modifiers = ($property->isProtected() ? 'protected' : 'public') . ($property->isStatic() ? ' static' : '');
                $members[] = '/** @var ' . StandInTypes::ofProperty($property) . " */ $modifiers \${$property->getName()};";
            }
        }
        foreach ($class['methods'] + self::typedHere($core, $own, $class['methods']) as $method => $shape) {
            $standIn = $own?->hasMethod($method) === true ? $own->getMethod($method) : null;
            $members[] = self::comment($shape, $standIn) . self::method($method, $shape, $isInterface);
        }
        return self::inNamespace($name, "$head\n{\n    " . implode("\n    ", $members) . "\n}");
    }

    /**
     * Methods of a parent that only this class of the stand-in has types for: it has not all of the core's parents.
     *
     * @param \ReflectionClass<object>|null $own
     * @param array<string, Callable_> $declared
     * @return array<string, Callable_>
     */
    private static function typedHere(Signatures $core, ?\ReflectionClass $own, array $declared): array
    {
        $found = [];
        if ($own === null) {
            return [];
        }
        foreach ($own->getMethods() as $method) {
            $shape = $core->method($own->getName(), $method->getName());
            $isOfParent = $method->class !== $own->getName() && $core->class($method->class) !== null;
            $isDeclared = array_key_exists(strtolower($method->getName()), array_change_key_case($declared));
            if ($shape !== null && !$isDeclared && !$isOfParent && !isset($shape['final']) && !$method->isConstructor()) {
                unset($shape['abstract']);
                $found[$method->getName()] = $shape;
            }
        }
        return $found;
    }

    /** @param Callable_ $shape */
    private static function method(string $name, array $shape, bool $isInInterface): string
    {
        $isAbstract = isset($shape['abstract']) && !$isInInterface;
        $modifiers = array_filter([
            $isAbstract ? 'abstract' : '',
            isset($shape['final']) ? 'final' : '',
            isset($shape['protected']) ? 'protected' : 'public',
            isset($shape['static']) ? 'static' : '',
        ]);
        return implode(' ', $modifiers) . " function $name" . self::signature($shape) . ($isAbstract || $isInInterface ? ';' : ' {}');
    }

    /** @param Callable_ $shape */
    private static function signature(array $shape): string
    {
        [$required, $total] = $shape['params'];
        $parameters = [];
        for ($place = 0; $place < $total; $place++) {
            $type = self::qualified($shape['types'][$place] ?? '');
            $isVariadic = isset($shape['variadic']) && $place === $total - 1;
            $reference = in_array($place, $shape['byReference'] ?? [], true) ? '&' : '';
            $default = $place < $required || $isVariadic ? '' : ' = ' . self::defaultOf($type);
            $parameters[] = trim("$type $reference" . ($isVariadic ? '...' : '') . "\$p$place$default");
        }
        return '(' . implode(', ', $parameters) . ')' . (isset($shape['returnType']) ? ': ' . self::qualified($shape['returnType']) : '');
    }

    private static function defaultOf(string $type): string
    {
        return match ($type) {
            'array', 'iterable' => '[]',
            'string' => "''",
            'int', 'float' => '0',
            'bool' => 'false',
            default => 'null',
        };
    }

    /**
     * The types that the core does not declare.
     *
     * @param Callable_ $shape
     */
    private static function comment(array $shape, ?\ReflectionFunctionAbstract $standIn): string
    {
        $lines = [];
        for ($place = 0; $place < $shape['params'][1]; $place++) {
            $type = $shape['types'][$place] ?? '';
            if ($type === '' || $type === 'array' || $type === '?array') {
                $lines[] = '@param ' . (StandInTypes::ofParameter($standIn, $place) ?? ($type ?: 'mixed')) . " \$p$place";
            }
        }
        if (($shape['returns'] ?? '') === 'nothing') {
            $lines[] = '@return void';
        } elseif (in_array($shape['returnType'] ?? '', ['', 'array', '?array'], true) && StandInTypes::returned($standIn) !== null) {
            $lines[] = '@return ' . StandInTypes::returned($standIn);
        }
        return $lines === [] ? '' : '/** ' . implode("\n     * ", $lines) . " */\n    ";
    }

    public static function qualified(string $type): string
    {
        return (string) preg_replace_callback(
            '~[\\\\\w]+~',
            static fn(array $name): string => (in_array(strtolower($name[0]), self::BUILT_IN, true) ? '' : '\\') . ltrim($name[0], '\\'),
            $type,
        );
    }

    private static function inNamespace(string $name, string $code): string
    {
        $namespace = str_contains($name, '\\') ? substr($name, 0, (int) strrpos($name, '\\')) . ' ' : '';
        return "namespace $namespace{\n$code\n}\n";
    }

    private static function shortName(string $name): string
    {
        return substr("\\$name", (int) strrpos("\\$name", '\\') + 1);
    }
}
