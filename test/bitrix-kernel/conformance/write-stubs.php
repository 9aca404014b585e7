<?php

/** Writes what the recorded signatures say as PHP without bodies:  php write-stubs.php core25 <file>  */

declare(strict_types=1);

use ClickBridge\Test\Conformance\Signatures;
use ClickBridge\Test\Conformance\StandInKernel;
use ClickBridge\Test\Conformance\StubWriter;

$_SERVER['DOCUMENT_ROOT'] = __DIR__;
require dirname(__DIR__, 2) . '/php/bootstrap.php';

[, $core, $file] = $argv;
StandInKernel::classes();
@mkdir(dirname($file), 0777, true);
file_put_contents($file, StubWriter::all(Signatures::of($core)));
