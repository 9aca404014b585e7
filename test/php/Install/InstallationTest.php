<?php

declare(strict_types=1);

namespace ClickBridge\Test\Install;

use Bitrix\Main\ModuleManager;
use ClickBridge\Install\Installation;
use ClickBridge\Test\Support\ShopTestCase;
use PHPUnit\Framework\Attributes\TestDox;

/** The module in Bitrix's lists, on a kernel that registers no module twice. */
final class InstallationTest extends ShopTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        // The other tests' shops have links in the place of what an installation writes.
        foreach (['bitrix/tools/clickbridge', 'bitrix/php_interface/include/sale_payment/clickbridge'] as $link) {
            if (is_link(self::$shop->root . "/$link")) {
                unlink(self::$shop->root . "/$link");
            }
        }
    }

    #[TestDox('installed a second time, as by "repair", it is there once')]
    public function testTwice(): void
    {
        $unwritten = [Installation::here()->install()];
        $this->beginHit();
        self::$shop->run('DELETE FROM b_agent');
        $unwritten[] = Installation::here()->install();

        self::assertSame([[], []], $unwritten);
        self::assertTrue(ModuleManager::isModuleInstalled(Installation::MODULE_ID));
        self::assertSame(['1', '1', '1'], $this->listed());
    }

    #[TestDox('removed it is in none of Bitrix\'s lists, and can be installed again')]
    public function testRemoved(): void
    {
        Installation::here()->install();
        $this->beginHit();

        Installation::here()->remove(false);
        $removed = $this->listed();
        $this->beginHit();
        Installation::here()->remove(false);
        $again = Installation::here()->install();

        self::assertSame([['0', '0', '0'], []], [$removed, $again]);
        self::assertSame(['1', '1', '1'], $this->listed());
    }

    /** @return list<string|null> how often it is among the modules, the agents and the event handlers */
    private function listed(): array
    {
        $count = static fn(string $table, string $column) => self::$shop->value(
            "SELECT COUNT(*) FROM $table WHERE $column = ?",
            Installation::MODULE_ID,
        );
        return [$count('b_module', 'ID'), $count('b_agent', 'MODULE_ID'), $count('b_module_to_module', 'TO_MODULE_ID')];
    }
}
