<?php

declare(strict_types=1);

namespace ClickBridge\Test\Setup;

use Bitrix\Main\Context;
use Bitrix\Main\Loader;
use CCurrencyLang;
use CMain;
use ClickBridge\Contract\V1\CurrencyProblem;
use ClickBridge\Contract\V1\CurrencyProblem\Kind as Problem;
use ClickBridge\Contract\V1\CurrencyRepair;
use ClickBridge\Contract\V1\CurrencyRepair\Kind;
use ClickBridge\Contract\V1\PlanCurrencyResponse;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Status;
use ClickBridge\Setup\CurrencySetup;
use ClickBridge\Setup\CurrencyReport;
use ClickBridge\Test\Support\ShopTestCase;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;

/** The button that makes the currency UZS: what the service says is written through Bitrix's API. */
final class CurrencySetupTest extends ShopTestCase
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

    #[TestDox('UZS is added with a format for each language, as the service says, and Bitrix writes sums so')]
    public function testAdded(): void
    {
        $this->addCurrency('RUB', 'Y');

        $report = self::mend([
            self::add('1000000'),
            self::format('ru', '# сум'),
            self::format('uz', '# so‘m'),
        ], self::noRate());

        self::assertSame(['860', 'N'], [$this->uzs()['NUMCODE'], $this->uzs()['BASE']]);
        self::assertLessThan(0.0001, (float) $this->uzs()['CURRENT_BASE_RATE']);
        self::assertSame('Y', self::$shop->value("SELECT BASE FROM b_catalog_currency WHERE CURRENCY = 'RUB'"));
        self::assertSame(
            ['1 234 567 сум', '1 234 567 so‘m', '1 234 567.50 so‘m'],
            [$this->written('ru'), $this->written('uz'), $this->written('uz', 1_234_567.5)],
        );
        self::assertSame('Добавлена валюта UZS с цифровым кодом 860.', $report->changes[0]);
        self::assertCount(3, $report->changes);
        self::assertSame(['NO_RATE'], array_map(
            static fn(string $text) => str_contains($text, 'Курс UZS: 1000000 UZS за 1 RUB, его никто не задавал.') ? 'NO_RATE' : $text,
            $report->problems,
        ));
        self::assertFalse($report->isSound());
    }

    #[TestDox('a numeric code is mended, and the rate is not touched by a digit')]
    public function testCode(): void
    {
        $this->addCurrency('RUB', 'Y');
        $this->addCurrency('UZS', 'N', '000', '0.0067', '1');
        $before = $this->uzs();

        $report = self::mend([self::code()]);

        self::assertSame(array_merge($before, ['NUMCODE' => '860', 'CURRENT_BASE_RATE' => '0.006700000000']), $this->uzs());
        self::assertSame(['Цифровой код UZS изменён с «000» на 860.'], $report->changes);
        self::assertTrue($report->isSound());
    }

    #[TestDox('a format is changed in what the service names, and what an admin wrote stays')]
    public function testFormat(): void
    {
        $this->addCurrency('UZS', 'Y');
        self::mend([self::format('ru', 'UZS #', ['DECIMALS' => '0', 'HIDE_ZERO' => 'N'])]);

        $report = self::mend([
            new CurrencyRepair(
                ['kind' => Kind::KIND_UPDATE_FORMAT, 'language' => 'ru', 'fields' => ['DECIMALS' => '2', 'HIDE_ZERO' => 'Y']]
                    + ['message' => 'FORMAT_CHANGED', 'words' => ['LANGUAGE' => 'ru']]
            ),
        ]);

        self::assertSame(['UZS 1 234 567', 'UZS 1 234 567.50'], [$this->written('ru'), $this->written('ru', 1_234_567.5)]);
        self::assertStringContainsString('для языка ru', $report->changes[0]);
    }

    #[TestDox('a pay system is named and left alone by the repair, and restricted when asked, by a new restriction or the one there is')]
    public function testRestriction(): void
    {
        $this->addCurrency('UZS', 'Y');
        $open = self::restriction();

        $offered = self::mend([$open], open: [$open]);
        $restrictionsThen = self::$shop->value('SELECT COUNT(*) FROM b_sale_service_rstr');
        $restricted = self::mend([$open], isRestricting: true);
        $id = (int) self::$shop->value('SELECT ID FROM b_sale_service_rstr');
        self::$shop->run("UPDATE b_sale_service_rstr SET PARAMS = 'a:0:{}'");
        self::mend([self::restriction($id)], isRestricting: true);

        self::assertSame([[self::$shop->paySystemId], [], false], [$offered->openPaySystems, $offered->changes, $offered->isSound()]);
        self::assertSame('0', $restrictionsThen);
        $place = self::$shop->paySystemId;
        self::assertSame(["Платёжная система $place предлагается только для заказов в UZS."], $restricted->changes);
        self::assertSame('1', self::$shop->value('SELECT COUNT(*) FROM b_sale_service_rstr'));
        self::assertSame('a:1:{s:8:"CURRENCY";a:1:{i:0;s:3:"UZS";}}', self::$shop->value('SELECT PARAMS FROM b_sale_service_rstr'));
    }

    #[TestDox('on a web cluster Bitrix looks at the master, where it may not know yet what the last press has written')]
    public function testLaggingSlave(): void
    {
        $this->addCurrency('RUB', 'Y');
        $slave = self::$shop->freezeSlave();
        $add = self::add('150');
        self::mend([$add]);
        $this->beginHit(['slave_database' => $slave]);
        $GLOBALS['APPLICATION'] = new CMain();

        $report = self::mend([self::format('ru', '# сум')]);

        self::assertCount(1, $report->changes);
        self::assertSame([], $report->problems);
    }

    #[TestDox('what only a person may decide is told in the language of the page, and what this module does not know is left out')]
    public function testProblems(): void
    {
        $report = self::mend([new CurrencyRepair(['kind' => 99, 'message' => 'UNHEARD_OF'])], [
            new CurrencyProblem(['kind' => Problem::KIND_NO_BASE, 'message' => 'NO_BASE']),
            new CurrencyProblem(['kind' => Problem::KIND_KEPT_OUT, 'message' => 'KEPT_OUT', 'words' => ['ID' => '3']]),
            new CurrencyProblem(['kind' => 99, 'message' => 'UNHEARD_OF']),
        ]);

        self::assertSame([], $report->changes);
        self::assertCount(2, $report->problems);
        self::assertStringContainsString('Базовая валюта не выбрана', $report->problems[0]);
        self::assertStringContainsString('исключает UZS', $report->problems[1]);
    }

    #[TestDox('a refusal of Bitrix is shown with its message; without the currency nothing more is tried')]
    public function testRefused(): void
    {
        $this->addCurrency('RUB', 'Y');
        $this->addCurrency('UZS', 'N', '000', '0');
        $there = self::add('1');

        $code = self::mend([self::code(), self::format('ru', '# сум')]);
        $added = self::mend([$there, self::format('uz', '# so‘m')]);

        self::assertSame(['Битрикс отклонил изменение: A currency has a rate above 0'], $code->problems);
        self::assertCount(1, $code->changes);
        self::assertSame([[], 1], [$added->changes, count($added->problems)]);
        self::assertFalse(CCurrencyLang::GetByID('UZS', 'uz'));
    }

    #[TestDox('without the service nothing is written, and the page says where to go on')]
    public function testNotAsked(): void
    {
        $before = $this->everything();

        $report = CurrencySetup::mend(static fn() => new Status(Code::Unavailable, 'it sleeps'), false);

        self::assertSame([[], []], [$report->changes, $report->openPaySystems]);
        self::assertStringContainsString('UNAVAILABLE (it sleeps)', implode($report->problems));
        self::assertSame($before, $this->everything());
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
            $words = (string) file_get_contents("$bridge/lang/$of/lib/Setup/CurrencySetup.php");
            preg_match_all("/CLICKBRIDGE_UZS_(\w+)'\] = '.+';/", $words, $found);
            return $found[1];
        };
        $code = (string) file_get_contents("$bridge/lib/Setup/CurrencySetup.php");
        $contract = (string) file_get_contents("$bridge/../proto/clickbridge/v1/setup_service.proto");
        preg_match_all('/own language: ([`A-Z_, ]+)\.\n/', $contract, $lists);
        preg_match_all('/`(\w+)`/', implode($lists[1]), $said);

        self::assertSame($keys('en'), $keys($language));
        self::assertNotSame([], $keys('en'));
        self::assertCount(8, $said[1]);
        self::assertSame([], array_diff($said[1], $keys('en')));
        self::assertSame([], array_filter(
            array_diff($keys('en'), $said[1]),
            static fn(string $key) => !str_contains($code, "'$key'"),
        ));
    }

    /**
     * @param list<CurrencyRepair> $repairs
     * @param list<CurrencyProblem> $problems
     * @param list<CurrencyRepair> $open what the service still has to say when all is written
     */
    private static function mend(array $repairs, array $problems = [], array $open = [], bool $isRestricting = false): CurrencyReport
    {
        $plans = [
            new PlanCurrencyResponse(['repairs' => $repairs]),
            new PlanCurrencyResponse(['repairs' => $open, 'problems' => $problems]),
        ];
        return CurrencySetup::mend(static function () use (&$plans): PlanCurrencyResponse {
            return array_shift($plans) ?? throw new \LogicException('the service is asked twice');
        }, $isRestricting);
    }

    /** @param array<string, string> $more */
    private static function format(string $language, string $template, array $more = []): CurrencyRepair
    {
        $words = ['CURRENCY' => 'UZS', 'LID' => $language, 'FORMAT_STRING' => $template, 'FULL_NAME' => 'sum', 'DEC_POINT' => '.'];
        $fields = $more + $words + ['THOUSANDS_VARIANT' => 'S', 'DECIMALS' => '2', 'HIDE_ZERO' => 'Y'];
        return new CurrencyRepair(['kind' => Kind::KIND_ADD_FORMAT, 'language' => $language, 'fields' => $fields]
            + ['message' => 'FORMAT_ADDED', 'words' => ['LANGUAGE' => $language]]);
    }

    private static function add(string $count): CurrencyRepair
    {
        $fields = ['CURRENCY' => 'UZS', 'NUMCODE' => '860', 'SORT' => '100', 'BASE' => 'N', 'AMOUNT' => '1', 'AMOUNT_CNT' => $count];
        return new CurrencyRepair(['kind' => Kind::KIND_ADD_CURRENCY, 'fields' => $fields, 'message' => 'ADDED']);
    }

    private static function code(): CurrencyRepair
    {
        $fields = ['CURRENCY' => 'UZS', 'NUMCODE' => '860'];
        $words = ['message' => 'CODE_CHANGED', 'words' => ['OLD' => '000']];
        return new CurrencyRepair(['kind' => Kind::KIND_UPDATE_CURRENCY, 'fields' => $fields] + $words);
    }

    private static function restriction(int $id = 0): CurrencyRepair
    {
        $place = self::$shop->paySystemId;
        $words = ['message' => 'RESTRICTED', 'words' => ['ID' => (string) $place]];
        return new CurrencyRepair(['kind' => Kind::KIND_RESTRICT, 'pay_system_id' => $place, 'restriction_id' => $id] + $words);
    }

    /** @return list<CurrencyProblem> */
    private static function noRate(): array
    {
        $words = ['COUNT' => '1000000', 'AMOUNT' => '1', 'BASE' => 'RUB'];
        return [new CurrencyProblem(['kind' => Problem::KIND_NO_RATE, 'message' => 'NO_RATE', 'words' => $words])];
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
