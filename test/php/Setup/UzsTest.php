<?php

declare(strict_types=1);

namespace ClickBridge\Test\Setup;

use Bitrix\Main\Context;
use Bitrix\Main\Loader;
use Bitrix\Sale\Services\PaySystem\Restrictions\Currency;
use CCurrencyLang;
use CMain;
use ClickBridge\Setup\Uzs;
use ClickBridge\Setup\UzsReport;
use ClickBridge\Test\Support\ShopTestCase;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;

/** The button that makes the currency UZS, and what it leaves alone. */
final class UzsTest extends ShopTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        $GLOBALS['APPLICATION'] = new CMain();
        Loader::includeModule('currency');
        foreach (['b_catalog_currency', 'b_catalog_currency_lang', 'b_language', 'b_sale_service_rstr'] as $table) {
            self::$shop->run("DELETE FROM $table");
        }
        self::$shop->run(
            "INSERT INTO b_language (LID, NAME, ACTIVE) VALUES ('ru', 'r', 'Y'), ('uz', 'u', 'Y'), ('en', 'e', 'Y'), ('de', 'd', 'N')"
        );
    }

    #[TestDox('UZS that is absent is added with its code and a format for every language that is switched on')]
    public function testAbsent(): void
    {
        $this->addCurrency('RUB', 'Y');

        $report = Uzs::repair();

        self::assertSame(['860', 'N'], [$this->uzs()['NUMCODE'], $this->uzs()['BASE']]);
        self::assertSame('Y', self::$shop->value("SELECT BASE FROM b_catalog_currency WHERE CURRENCY = 'RUB'"));
        self::assertCount(4, $report->changes);
        self::assertSame('Добавлена валюта UZS с цифровым кодом 860.', $report->changes[0]);
        self::assertSame(
            ['1 234 567 UZS', '1 234 567 сум', '1 234 567 so‘m', '1 234 567.50 so‘m'],
            [$this->written('en'), $this->written('ru'), $this->written('uz'), $this->written('uz', 1_234_567.5)],
        );
        self::assertFalse(CCurrencyLang::GetByID('UZS', 'de'));
    }

    #[TestDox('the rate that a new UZS must have cannot sell the shop out, and is told to be none')]
    public function testRateOfNew(): void
    {
        $this->addCurrency('USD', 'Y');

        $report = Uzs::repair();

        self::assertLessThan(0.0001, (float) $this->uzs()['CURRENT_BASE_RATE']);
        self::assertStringContainsString('Курс UZS: 1000000 UZS за 1 USD, его никто не задавал.', implode("\n", $report->problems));
        self::assertFalse($report->isSound());
    }

    #[TestDox('with no base currency UZS is added and is not made the base')]
    public function testNoBase(): void
    {
        $report = Uzs::repair();

        self::assertSame('N', $this->uzs()['BASE']);
        self::assertStringContainsString('Базовая валюта не выбрана', implode("\n", $report->problems));
    }

    #[TestDox('a wrong numeric code is mended, and the rate is not touched by a digit')]
    public function testWrongCode(): void
    {
        $this->addCurrency('RUB', 'Y');
        $this->addCurrency('UZS', 'N', '000', '0.0067', '1');
        $before = $this->uzs();

        $report = Uzs::repair();

        self::assertSame(array_merge($before, ['NUMCODE' => '860', 'CURRENT_BASE_RATE' => '0.006700000000']), $this->uzs());
        self::assertContains('Цифровой код UZS изменён с «000» на 860.', $report->changes);
        self::assertSame([], $report->problems);
    }

    #[TestDox('no decimals, for which Bitrix rounds tiyin away, become two; what an admin wrote stays')]
    public function testWrongDecimals(): void
    {
        $this->addSound();
        self::$shop->run("UPDATE b_catalog_currency_lang SET DECIMALS = 0, HIDE_ZERO = 'N', FORMAT_STRING = 'UZS #' WHERE LID = 'ru'");

        $report = Uzs::repair();

        self::assertSame(['UZS 1 234 567', 'UZS 1 234 567.50'], [$this->written('ru'), $this->written('ru', 1_234_567.5)]);
        self::assertCount(1, $report->changes);
        self::assertStringContainsString('для языка ru', $report->changes[0]);
    }

    #[TestDox('a format with no place for the sum gets one')]
    public function testNoPlace(): void
    {
        $this->addSound();
        self::$shop->run("UPDATE b_catalog_currency_lang SET FORMAT_STRING = 'so‘m' WHERE LID = 'uz'");

        Uzs::repair();

        self::assertSame('1 234 567 so‘m', $this->written('uz'));
    }

    #[TestDox('UZS that is the base currency stays the base, with its rate')]
    public function testBase(): void
    {
        $this->addCurrency('UZS', 'Y', '000');

        $report = Uzs::repair();

        self::assertSame(['Y', '1.0000'], [$this->uzs()['BASE'], $this->uzs()['AMOUNT']]);
        self::assertSame([], $report->problems);
    }

    /** @return array<string, array{string, string}> */
    public static function rates(): array
    {
        return ['one for one' => ['1', '1'], 'what a new one gets' => ['1', '1000000']];
    }

    #[TestDox('a rate that nobody typed in, $_dataName, is told and left alone')]
    #[DataProvider('rates')]
    public function testRateIsLeftAlone(string $amount, string $count): void
    {
        $this->addCurrency('RUB', 'Y');
        $this->addCurrency('UZS', 'N', '860', $amount, $count);
        $before = $this->uzs();

        $report = Uzs::repair();

        self::assertSame($before, $this->uzs());
        self::assertCount(1, $report->problems);
    }

    #[TestDox('a second run changes nothing, and neither does one over what is right')]
    public function testTwice(): void
    {
        $this->addCurrency('RUB', 'Y');
        Uzs::repair();
        Uzs::restrict();
        $before = $this->everything();

        $again = [Uzs::repair(), Uzs::restrict()];

        self::assertSame([[], []], array_map(static fn(UzsReport $report) => $report->changes, $again));
        self::assertSame($before, $this->everything());
    }

    #[TestDox('on a web cluster a second press meets a slave that does not know of the first, and changes nothing')]
    public function testLaggingSlave(): void
    {
        $this->addCurrency('RUB', 'Y');
        $slave = self::$shop->freezeSlave();
        Uzs::repair();
        Uzs::restrict();
        $before = $this->everything();
        $this->beginHit(['slave_database' => $slave]);

        $again = [Uzs::repair(), Uzs::restrict()];

        self::assertSame([[], []], array_map(static fn(UzsReport $report) => $report->changes, $again));
        self::assertSame($before, $this->everything());
    }

    #[TestDox('a pay system for every currency is named, is left alone by the repair, and is restricted when asked')]
    public function testRestriction(): void
    {
        $this->addSound();

        $offered = Uzs::repair();
        $restrictionsThen = self::$shop->value('SELECT COUNT(*) FROM b_sale_service_rstr');
        $restricted = Uzs::restrict();

        self::assertSame([self::$shop->paySystemId], $offered->openPaySystems);
        self::assertSame('0', $restrictionsThen);
        $id = self::$shop->paySystemId;
        self::assertSame(["Платёжная система $id предлагается только для заказов в UZS."], $restricted->changes);
        self::assertSame('a:1:{s:8:"CURRENCY";a:1:{i:0;s:3:"UZS";}}', self::$shop->value('SELECT PARAMS FROM b_sale_service_rstr'));
        self::assertTrue(Uzs::repair()->isSound());
    }

    #[TestDox('a restriction that lets another currency through as well is narrowed, not joined by a second one')]
    public function testWiderRestriction(): void
    {
        $this->addSound();
        $this->addRestriction(['UZS', 'RUB']);

        $offered = Uzs::repair();
        Uzs::restrict();

        self::assertSame([self::$shop->paySystemId], $offered->openPaySystems);
        self::assertSame('1', self::$shop->value('SELECT COUNT(*) FROM b_sale_service_rstr'));
        self::assertSame([], Uzs::repair()->openPaySystems);
    }

    #[TestDox('a restriction that keeps UZS out was an admin\'s choice: it is told and left alone')]
    public function testKeptOut(): void
    {
        $this->addSound();
        $this->addRestriction(['RUB']);
        $before = $this->everything();

        $report = Uzs::restrict();

        self::assertSame([], $report->changes);
        self::assertStringContainsString('исключает UZS', implode("\n", $report->problems));
        self::assertSame($before, $this->everything());
    }

    #[TestDox('pay systems of other handlers, and those switched off, are none of ours')]
    public function testOthers(): void
    {
        $this->addSound();
        self::$shop->run("UPDATE b_sale_pay_system_action SET ACTIVE = 'N'");
        self::$shop->run("INSERT INTO b_sale_pay_system_action (NAME, ACTION_FILE) VALUES ('cash', 'cash')");

        $report = Uzs::restrict();

        self::$shop->run("DELETE FROM b_sale_pay_system_action WHERE ACTION_FILE = 'cash'");
        self::$shop->run("UPDATE b_sale_pay_system_action SET ACTIVE = 'Y'");
        self::assertSame([[], []], [$report->changes, $report->openPaySystems]);
    }

    #[TestDox('what Bitrix refuses is told in its words')]
    public function testRefused(): void
    {
        $this->addCurrency('RUB', 'Y');
        $this->addCurrency('UZS', 'N', '000', '0');

        $report = Uzs::repair();

        self::assertContains('Битрикс отклонил изменение: A currency has a rate above 0', $report->problems);
    }

    /** @return array<string, array{string}> */
    public static function languages(): array
    {
        return ['Russian' => ['ru'], 'Uzbek' => ['uz'], 'English' => ['en']];
    }

    #[TestDox('$_dataName has every sentence')]
    #[DataProvider('languages')]
    public function testEveryLanguage(string $language): void
    {
        $bridge = __DIR__ . '/../../../php-bridge';
        $keys = static function (string $of) use ($bridge): array {
            preg_match_all("/CLICKBRIDGE_UZS_(\w+)'\] = '.+';/", (string) file_get_contents("$bridge/lang/$of/lib/Setup/Uzs.php"), $found);
            return $found[1];
        };
        $code = (string) file_get_contents("$bridge/lib/Setup/Uzs.php");

        self::assertSame($keys('en'), $keys($language));
        self::assertNotSame([], $keys('en'));
        self::assertSame([], array_filter($keys('en'), static fn(string $key) => !str_contains($code, "'$key'")));
    }

    private function addSound(): void
    {
        $this->addCurrency('UZS', 'Y');
        Uzs::repair();
    }

    private function addCurrency(string $code, string $base, string $numeric = '860', string $amount = '1', string $count = '1'): void
    {
        self::$shop->run(
            'INSERT INTO b_catalog_currency SET CURRENCY = ?, BASE = ?, NUMCODE = ?, AMOUNT = ?, AMOUNT_CNT = ?, CURRENT_BASE_RATE = ?',
            $code,
            $base,
            $numeric,
            $amount,
            $count,
            $amount,
        );
    }

    /** @param list<string> $currencies */
    private function addRestriction(array $currencies): void
    {
        Currency::save(['SERVICE_ID' => self::$shop->paySystemId, 'SERVICE_TYPE' => 1, 'PARAMS' => ['CURRENCY' => $currencies]]);
    }

    private function written(string $language, float $sum = 1_234_567.0): string
    {
        Context::getCurrent()->setLanguage($language);
        return CCurrencyLang::CurrencyFormat($sum, 'UZS');
    }

    /** @return array<string, string|null> */
    private function uzs(): array
    {
        return self::$shop->row("SELECT * FROM b_catalog_currency WHERE CURRENCY = 'UZS'");
    }

    /** @return list<string> */
    private function everything(): array
    {
        $sums = [];
        foreach (['b_catalog_currency', 'b_catalog_currency_lang', 'b_sale_service_rstr'] as $table) {
            $sums[] = json_encode(self::$shop->row("CHECKSUM TABLE $table"), JSON_THROW_ON_ERROR);
        }
        return $sums;
    }
}
