<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

/** The types that the stand-in gives in comments or in code, with its classes by their whole names. Null where it says nothing. */
final class StandInTypes
{
    public static function returned(?\ReflectionFunctionAbstract $function): ?string
    {
        $type = $function === null
            ? null
            : self::inComment($function, '~@return\s+(.+?)(?:\s*\*/|\n)~') ?? self::native($function->getReturnType());
        return in_array($type, ['void', 'never'], true) ? null : $type;
    }

    public static function ofParameter(?\ReflectionFunctionAbstract $function, int $place): ?string
    {
        $parameter = $function?->getParameters()[$place] ?? null;
        return $function === null || $parameter === null
            ? null
            : self::inComment($function, self::parameterIn($parameter->getName())) ?? self::native($parameter->getType());
    }

    public static function ofProperty(\ReflectionProperty $property): string
    {
        if ($property->isPromoted()) {
            $constructor = $property->getDeclaringClass()->getConstructor();
            $promoted = $constructor === null ? null : self::inComment($constructor, self::parameterIn($property->getName()));
        }
        return $promoted ?? self::inComment($property, '~@var\s+(.+?)\s*(?:\*/|\n)~') ?? self::native($property->getType()) ?? 'mixed';
    }

    private static function parameterIn(string $name): string
    {
        return '~@param\s+([^$@]+?)\s+\$' . $name . '\b~';
    }

    private static function native(?\ReflectionType $type): ?string
    {
        // A class of our own stands for the Bitrix's that it extends.
        return $type === null ? null : preg_replace_callback(
            '~\\\\StandIn\\\\\w+~',
            static fn(array $class): string => '\\' . (get_parent_class($class[0]) ?: 'mixed'),
            StubWriter::qualified((string) $type),
        );
    }

    private static function inComment(\ReflectionFunctionAbstract|\ReflectionProperty $place, string $pattern): ?string
    {
        if (preg_match($pattern, (string) $place->getDocComment(), $found) !== 1) {
            return null;
        }
        $class = $place instanceof \ReflectionMethod || $place instanceof \ReflectionProperty ? $place->getDeclaringClass() : null;
        $file = $place instanceof \ReflectionFunction ? $place->getFileName() : $class?->getFileName();
        preg_match_all('~^use ([\w\\\\]*?(\w+))(?: as (\w+))?;$~m', (string) file_get_contents((string) $file), $uses, PREG_SET_ORDER);
        $imports = [];
        foreach ($uses as $use) {
            $imports[$use[3] ?? $use[2]] = $use[1];
        }
        return preg_replace_callback('~(?<![\\\\\w])[A-Z]\w+~', static function (array $name) use ($class, $imports): string {
            $whole = $imports[$name[0]] ?? ltrim("{$class?->getNamespaceName()}\\$name[0]", '\\');
            return class_exists($whole) || interface_exists($whole) ? "\\$whole" : $name[0];
        }, $found[1]);
    }
}
