<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

/** Every class and function that the stand-in gives in Bitrix's name. Its own are in the namespace StandIn. */
final class StandInKernel
{
    private const MODULES = __DIR__ . '/../../bitrix-kernel/bitrix/modules';
    private const FOLDERS = [
        'Bitrix\\Sale\\' => '/sale/lib/',
        'Sale\\Handlers\\PaySystem\\' => '/sale/handlers/classes/',
        'CCurrency' => '/currency/classes/CCurrency',
    ];

    /** @return list<\ReflectionClass<object>> */
    public static function classes(): array
    {
        self::load();
        $names = array_merge(get_declared_classes(), get_declared_interfaces(), get_declared_traits());
        sort($names);
        $classes = array_map(static fn(string $name): \ReflectionClass => new \ReflectionClass($name), $names);
        return array_values(array_filter($classes, static fn(\ReflectionClass $class): bool => self::isBitrixs($class)));
    }

    /** @return list<\ReflectionFunction> */
    public static function functions(): array
    {
        self::load();
        $functions = array_map(
            static fn(string $name): \ReflectionFunction => new \ReflectionFunction($name),
            get_defined_functions()['user'],
        );
        return array_values(array_filter($functions, static fn(\ReflectionFunction $function): bool => self::isBitrixs($function)));
    }

    /** @param \ReflectionClass<object>|\ReflectionFunction $found */
    private static function isBitrixs(\ReflectionClass|\ReflectionFunction $found): bool
    {
        return str_starts_with((string) $found->getFileName(), realpath(self::MODULES) . '/')
            && !str_starts_with($found->getName(), 'StandIn\\')
            && !str_contains($found->getName(), '@anonymous');
    }

    private static function load(): void
    {
        spl_autoload_register(self::find(...));
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(self::MODULES, \FilesystemIterator::SKIP_DOTS)) as $file) {
            if (preg_match('~/(lib|classes)/.*\.php$~', (string) $file) === 1) {
                require_once (string) $file;
            }
        }
    }

    private static function find(string $class): void
    {
        foreach (self::FOLDERS as $prefix => $folder) {
            $file = self::MODULES . $folder . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
            if (str_starts_with($class, $prefix) && is_file($file)) {
                require_once $file;
            }
        }
    }
}
