<?php

declare(strict_types=1);

namespace ClickBridge\Test\Kernel;

use ClickBridge\Test\Support\ChildProcess;
use ClickBridge\Test\Support\ShopTestCase;
use PHPUnit\Framework\Attributes\TestDox;

/** The prolog and the agents, each in a PHP of its own. */
final class PrologTest extends ShopTestCase
{
    #[TestDox('an agent runs with $USER null and names the code to run next')]
    public function testAgent(): void
    {
        self::$shop->put(
            'bitrix/php_interface/init.php',
            '<?php function kernelTestAgent(): string { return var_export($GLOBALS["USER"], true); }'
        );

        [$exitCode, $output] = $this->runAgent('kernelTestAgent();');

        self::assertSame([0, "NULL\n"], [$exitCode, $output]);
    }

    #[TestDox('an exception of an agent is shown and ends with 1')]
    public function testAgentThrows(): void
    {
        self::$shop->put('bitrix/php_interface/init.php', '<?php function kernelTestAgent() { throw new Exception("broken"); }');

        [$exitCode, $output] = $this->runAgent('kernelTestAgent();');

        self::assertSame(1, $exitCode);
        self::assertStringContainsString('broken', $output);
    }

    #[TestDox('each run of the prolog leaves one line, and a second one in the same hit none')]
    public function testLoadsFile(): void
    {
        $loads = self::$shop->root . '/loads';
        self::$shop->writeSettings(['loads_file' => $loads]);
        self::$shop->put('bitrix/php_interface/init.php', '<?php function kernelTestAgent() { '
            . 'require $_SERVER["DOCUMENT_ROOT"] . "/bitrix/modules/main/include/prolog_before.php"; return ""; }');

        $this->runAgent('kernelTestAgent();');
        $this->runAgent('kernelTestAgent();');

        self::assertSame("cli\ncli\n", file_get_contents($loads));
    }

    #[TestDox('required inside a function, the prolog makes no globals')]
    public function testPrologInFunction(): void
    {
        self::$shop->put('in-function.php', '<?php $_SERVER["DOCUMENT_ROOT"] = __DIR__;'
            . ' (function () { require __DIR__ . "/bitrix/modules/main/include/prolog_before.php"; })();'
            . ' echo isset($USER) ? "global" : "lost";');

        $php = ChildProcess::start([PHP_BINARY, self::$shop->root . '/in-function.php']);

        self::assertSame([0, 'lost'], [$php->wait(), $php->output()]);
    }

    #[TestDox('the classes of sale are unknown before the module is included')]
    public function testModule(): void
    {
        self::$shop->put('no-module.php', '<?php $_SERVER["DOCUMENT_ROOT"] = __DIR__;'
            . ' require __DIR__ . "/bitrix/modules/main/include/prolog_before.php";'
            . ' echo json_encode([class_exists("Bitrix\Sale\Order"), Bitrix\Main\Loader::includeModule("sale"),'
            . ' class_exists("Bitrix\Sale\Order"), Bitrix\Main\Loader::includeModule("nothere")]);');

        $php = ChildProcess::start([PHP_BINARY, self::$shop->root . '/no-module.php']);

        self::assertSame([0, '[false,true,true,false]'], [$php->wait(), $php->output()]);
    }

    /** @return array{int, string} */
    private function runAgent(string $code): array
    {
        $script = self::$shop->root . '/bitrix/modules/main/tools/run_agent.php';
        $php = ChildProcess::start([PHP_BINARY, '-d', 'display_errors=1', $script, self::$shop->root, $code]);
        return [$php->wait(), $php->output()];
    }
}
