<?php

declare(strict_types=1);

namespace ClickBridge\Test\Kernel;

use Bitrix\Main\Localization\Loc;
use Bitrix\Sale\BusinessValue;
use Bitrix\Sale\PaySystem\BaseServiceHandler;
use Bitrix\Sale\PaySystem\CompatibilityHandler;
use Bitrix\Sale\PaySystem\Manager;
use Bitrix\Sale\PriceMaths;
use ClickBridge\Test\Support\ShopTestCase;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use StandIn\HandlerFolder;

/** How Bitrix finds a handler, its settings, its messages and a payment (bitrix-contract.md §1.1, §1.3–1.5). */
final class HandlerLookupTest extends ShopTestCase
{
    private const FOLDER = 'bitrix/php_interface/include/sale_payment';

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$shop->run("DELETE FROM b_sale_pay_system_action");
    }

    protected function tearDown(): void
    {
        self::$shop->run("DELETE FROM b_sale_pay_system_action");
        self::$shop->run("DELETE FROM b_option");
    }

    #[TestDox('a handler that is not found is replaced in silence by one that does nothing')]
    public function testNotFound(): void
    {
        $id = $this->addPaySystem('nothere');

        $result = Manager::getObjectById($id)?->initiatePay($this->load(self::$shop->addOrder()));

        self::assertSame(['\\' . CompatibilityHandler::class, ''], Manager::includeHandler('nothere'));
        self::assertTrue($result?->isSuccess());
    }

    #[TestDox('so is one whose class has another name than its folder')]
    public function testWrongClass(): void
    {
        self::$shop->put(self::FOLDER . '/wrongclass/handler.php', '<?php namespace Sale\Handlers\PaySystem; class RightClassHandler {}');

        self::assertSame(['\\' . CompatibilityHandler::class, ''], Manager::includeHandler('wrongclass'));
    }

    #[TestDox("the shop's own folder hides one of the same name further down")]
    public function testOwnFolderFirst(): void
    {
        foreach ([self::FOLDER, 'local/php_interface/include/sale_payment'] as $folder) {
            self::$shop->put("$folder/twice/handler.php", '<?php');
        }

        self::assertSame(self::$shop->root . '/' . self::FOLDER . '/twice', HandlerFolder::search('twice')[0]);
    }

    #[DataProvider('names')]
    #[TestDox('the class $class lies in the folder "$folder"')]
    public function testFolder(string $class, string $folder): void
    {
        self::assertSame($folder, Manager::getFolderFromClassName($class));
    }

    /** @return iterable<array{string, string}> */
    public static function names(): iterable
    {
        yield ['Sale\Handlers\PaySystem\ClickBridgeHandler', 'clickbridge'];
        yield ['click_uzbekistanHandler', 'click_uzbekistan'];
        yield ['HandlerOfClickHandler', 'ofclick'];
        yield ['Click-BridgeHandler', 'clickbridge'];
    }

    #[DataProvider('paymentIds')]
    #[TestDox('the payment id $id means $found')]
    public function testIdsByPayment(string $id, string $found): void
    {
        static $order = null;
        $order ??= self::$shop->addOrder(['1.00', '2.00'], 'A6');
        $given = strtr($id, ['<ID>' => (string) $order->paymentId, '<ORDER>' => (string) (1_000_000 + $order->id)]);
        $expected = ['nothing' => [0, 0], 'the first' => [$order->id, $order->paymentIds[0]], 'the second' => [$order->id, $order->paymentIds[1]]];

        self::assertSame($expected[$found], Manager::getIdsByPayment($given));
    }

    /** @return iterable<array{string, string}> */
    public static function paymentIds(): iterable
    {
        yield ['<ID>', 'the first'];
        yield ['A6/2', 'the second'];
        yield ['0<ID>', 'nothing'];
        yield ['<ID> ', 'nothing'];
        yield ['A6', 'nothing'];
        yield ['', 'nothing'];
    }

    #[TestDox('the byte order mark of one description comes out where another pay system asks for a setting')]
    public function testBomLeak(): void
    {
        self::$shop->put(self::FOLDER . '/bom/.description.php', "\xEF\xBB\xBF<?php \$data = ['NAME' => 'BOM'];");
        $this->addPaySystem('bom');
        $this->expectOutputString("\xEF\xBB\xBF");

        BusinessValue::get('CLICK_SERVICE_ID', 'PAYSYSTEM_77');
    }

    #[TestDox("a setting is the person type's own, else the common one, and an empty one is none")]
    public function testBusinessValue(): void
    {
        $insert = 'INSERT INTO b_sale_bizval VALUES (?, ?, ?, ?, ?)';
        self::$shop->run($insert, 'CLICK_SERVICE_ID', 'PAYSYSTEM_9', 0, 'INPUT', '111');
        self::$shop->run($insert, 'CLICK_SERVICE_ID', 'PAYSYSTEM_9', 2, 'INPUT', '222');
        self::$shop->run($insert, 'CLICK_MERCHANT_ID', 'PAYSYSTEM_9', 0, 'INPUT', '0');
        self::$shop->run($insert, 'NUMBER', 'PAYSYSTEM_9', 0, 'ORDER', 'ACCOUNT_NUMBER');
        $order = self::$shop->addOrder();

        $values = [
            BusinessValue::get('CLICK_SERVICE_ID', 'PAYSYSTEM_9', 1),
            BusinessValue::get('CLICK_SERVICE_ID', 'PAYSYSTEM_9', 2),
            BusinessValue::get('CLICK_MERCHANT_ID', 'PAYSYSTEM_9'),
            BusinessValue::get('NUMBER', 'PAYSYSTEM_9', $this->load($order)),
        ];

        self::assertSame(['111', '222', null, $order->number], $values);
    }

    #[TestDox('a template gets every setting of its description, the secret ones included')]
    public function testTemplateSeesAll(): void
    {
        $folder = self::FOLDER . '/telltale';
        self::$shop->put("$folder/.description.php", '<?php $data = ["NAME" => "T", "CODES" => ["TOLD_SECRET" => []]];');
        self::$shop->put("$folder/template/template.php", '<?= $params["TOLD_SECRET"], $payment->getId() ?>');
        self::$shop->put(
            "$folder/handler.php",
            strtr((string) file_get_contents(__DIR__ . '/handler-of-test.php'), ['KernelTestHandler' => 'TelltaleHandler'])
        );
        $id = $this->addPaySystem('telltale');
        self::$shop->run("INSERT INTO b_sale_bizval VALUES ('TOLD_SECRET', ?, 0, 'INPUT', ' told ')", "PAYSYSTEM_$id");
        $payment = $this->load(self::$shop->addOrder());

        $result = Manager::getObjectById($id)?->initiatePay($payment, null, BaseServiceHandler::STRING);

        self::assertSame("told{$payment->getId()}", $result?->getTemplate());
    }

    #[DataProvider('languages')]
    #[TestDox('in the language $language a message is $expected')]
    public function testMessages(string $language, ?string $expected): void
    {
        self::$shop->put('m/lang/ru/h.php', '<?php $MESS["KERNEL_M"] = "по-русски";');
        self::$shop->put('m/lang/en/h.php', '<?php $MESS["KERNEL_M"] = "English #X#";');
        $this->beginHit(['language' => $language]);

        Loc::loadMessages(self::$shop->root . '/m/h.php');

        self::assertSame($expected, Loc::getMessage('KERNEL_M', ['#X#' => '1']));
    }

    /** @return iterable<array{string, string}> */
    public static function languages(): iterable
    {
        yield ['ru', 'по-русски'];
        yield ['en', 'English 1'];
        yield ['uz', 'English 1'];
    }

    #[TestDox('rounding depends on the decimals that the currency has in the current language')]
    public function testRounding(): void
    {
        self::$shop->run("INSERT INTO b_catalog_currency_lang (CURRENCY, LID, FORMAT_STRING, DECIMALS) VALUES ('UZS', 'ru', '# so', 0)");

        $inRussian = PriceMaths::roundByFormatCurrency('150000.50', 'UZS');
        $this->beginHit(['language' => 'en']);
        $inEnglish = PriceMaths::roundByFormatCurrency('150000.50', 'UZS');

        self::assertSame([150001.0, 150000.5], [$inRussian, $inEnglish]);
    }

    private function addPaySystem(string $actionFile): int
    {
        self::$shop->run('INSERT INTO b_sale_pay_system_action (NAME, ACTION_FILE) VALUES (?, ?)', $actionFile, $actionFile);
        return (int) self::$shop->connection->insert_id;
    }
}
