<?php

/**
 * Declares what files have on one core's classes, and prints the names:  php declare-classes.php core25 <file>…
 * PHP itself ends this with a fatal error at the first class that does not fit its parents.
 */

declare(strict_types=1);

use ClickBridge\Test\Conformance\Signatures;
use ClickBridge\Test\Conformance\StubWriter;

foreach (['Signatures', 'StandInTypes', 'StubWriter'] as $class) {
    require __DIR__ . "/$class.php";
}
$core = Signatures::of($argv[1]);
spl_autoload_register(static fn(string $class) => StubWriter::declare($core, $class));
require dirname(__DIR__, 3) . '/php-bridge/autoload.php';
define('B_PROLOG_INCLUDED', true);

$files = array_map(realpath(...), array_slice($argv, 2));
foreach ($files as $file) {
    require_once $file;
}
foreach ([...get_declared_classes(), ...get_declared_interfaces()] as $class) {
    if (in_array((new ReflectionClass($class))->getFileName(), $files, true)) {
        echo "$class\n";
    }
}
