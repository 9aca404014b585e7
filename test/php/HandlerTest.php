<?php

declare(strict_types=1);

namespace ClickBridge\Test;

use Bitrix\Main\HttpRequest;
use Bitrix\Main\Server;
use Bitrix\Main\Loader;
use Bitrix\Sale\PaySystem\Manager;
use ClickBridge\Test\Support\ChildProcess;
use ClickBridge\Test\Support\ShopTestCase;
use ClickBridge\Test\Support\TemporaryFolder;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use Sale\Handlers\PaySystem\ClickBridgeHandler;

/** The pay system's handler, as Bitrix calls it. */
final class HandlerTest extends ShopTestCase
{
    private const BRIDGE = __DIR__ . '/../../php-bridge';

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$shop->hit();
        Loader::includeModule('sale');
        // PHP's class names do not tell case apart, and Bitrix makes them out of folder names.
        self::assertSame('sale\\handlers\\paysystem\\clickbridgehandler', strtolower(Manager::includeHandler('clickbridge')[0]));
    }

    /** @return array<string, array{array<string, mixed>, bool}> */
    public static function requests(): array
    {
        return [
            'its own marker and number' => [['BX_HANDLER' => 'CLICKBRIDGE', 'BX_PAYSYSTEM_CODE' => '7'], true],
            'another number' => [['BX_HANDLER' => 'CLICKBRIDGE', 'BX_PAYSYSTEM_CODE' => '8'], false],
            'its number written differently' => [['BX_HANDLER' => 'CLICKBRIDGE', 'BX_PAYSYSTEM_CODE' => '7 '], false],
            'a list of numbers' => [['BX_HANDLER' => 'CLICKBRIDGE', 'BX_PAYSYSTEM_CODE' => ['7']], false],
            'no number' => [['BX_HANDLER' => 'CLICKBRIDGE'], false],
            'another marker' => [['BX_HANDLER' => 'YANDEX', 'BX_PAYSYSTEM_CODE' => '7'], false],
            'a list of markers' => [['BX_HANDLER' => ['CLICKBRIDGE'], 'BX_PAYSYSTEM_CODE' => '7'], false],
        ];
    }

    /** @param array<string, mixed> $query */
    #[TestDox('a request with $_dataName is recognised, without a log line')]
    #[DataProvider('requests')]
    public function testIsMyResponse(array $query, bool $isMine): void
    {
        self::assertSame($isMine, ClickBridgeHandler::isMyResponse(new HttpRequest(new Server([]), $query, [], [], []), 7));
    }

    #[TestDox('the settings are anybody\'s to ask for, as in every core, and the secrets are not among them')]
    public function testParams(): void
    {
        $order = self::$shop->addOrder();
        $settings = ['CLICK_SERVICE_ID' => '25', 'CLICK_SECRET_KEY' => 'secret-of-click', 'CLICK_TEST_SECRET_KEY' => 'secret-of-test'];
        foreach ($settings as $code => $value) {
            $this->setting($code, $value);
        }
        $payment = $this->load($order);
        $service = $payment->getPaySystem();
        self::assertNotNull($service);
        $handler = new ClickBridgeHandler('', $service);

        $params = $handler->getParamsBusValue($payment);

        self::assertSame('25', $params['CLICK_SERVICE_ID']);
        self::assertStringNotContainsString('secret-of', serialize($params));
    }

    private function setting(string $code, string $value): void
    {
        $consumer = 'PAYSYSTEM_' . self::$shop->paySystemId;
        $columns = 'CODE_KEY = ?, CONSUMER_KEY = ?, PERSON_TYPE_ID = 0, PROVIDER_KEY = ?, PROVIDER_VALUE = ?';
        self::$shop->run("REPLACE INTO b_sale_bizval SET $columns", $code, $consumer, 'INPUT', $value);
    }

    #[TestDox('a folder half copied and without PHP packages: the handler is found, silent, and other pay systems go on')]
    public function testHalfInstalled(): void
    {
        $folder = TemporaryFolder::make('clickbridge-half-');
        mkdir("$folder/handler/clickbridge", 0755, true);
        copy(self::BRIDGE . '/autoload.php', "$folder/autoload.php");
        copy(self::BRIDGE . '/handler/clickbridge/handler.php', "$folder/handler/clickbridge/handler.php");
        $code = '$_SERVER["DOCUMENT_ROOT"] = $argv[1]; require "$argv[1]/bitrix/modules/main/include/prolog_before.php";'
            . ' Bitrix\Main\Loader::includeModule("sale"); require $argv[2];'
            . ' echo class_exists("Sale\Handlers\PaySystem\ClickBridgeHandler") ? "found" : "lost";';

        $php = ChildProcess::start([PHP_BINARY, '-r', $code, self::$shop->root, "$folder/handler/clickbridge/handler.php"]);
        $exit = $php->wait();
        TemporaryFolder::remove($folder);

        self::assertSame([0, 'found'], [$exit, $php->output()]);
    }

    /** @return array<string, array{string, int, string}> */
    public static function buttons(): array
    {
        return [
            'Russian, with a fee' => [
                'ru',
                57_601,
                'Заказ: 38 400.50 сум. Комиссия за оплату: 576.01 сум. К оплате: 38 976.51 сум',
            ],
            'Uzbek, with a fee' => [
                'uz',
                57_601,
                'Buyurtma: 38 400.50 so‘m. To‘lov uchun komissiya: 576.01 so‘m. To‘lash kerak: 38 976.51 so‘m',
            ],
            'English, with a fee of whole soums' => [
                'en',
                57_650,
                'Order: 38 400.50 soums. Payment fee: 576.50 soums. To pay: 38 977 soums',
            ],
            'Russian, without a fee' => ['ru', 0, ''],
        ];
    }

    #[TestDox('the checkout, $_dataName: sum, fee and total stand above the ways to pay only when there is a fee')]
    #[DataProvider('buttons')]
    public function testButton(string $language, int $feeTiyin, string $expected): void
    {
        self::$shop->hit(['language' => $language]);
        $sums = ['SUM_TIYIN' => 3_840_050, 'FEE_TIYIN' => $feeTiyin, 'TOTAL_TIYIN' => 3_840_050 + $feeTiyin];
        $checkout = [
            'LINKS' => ['' => 'https://my.click.uz/'],
            'QR_PATH' => '', 'QR_SIZE' => 0, 'TOKEN' => '', 'STAGE' => '', 'HINT' => '', 'IS_OPEN' => true, 'NEW_WINDOW' => false,
            'STATUS_URL' => '', 'NONCE' => '', 'ID' => '', 'STYLE' => '', 'SCRIPT' => '',
        ];
        $params = ['URL' => 'https://my.click.uz/', 'CHECKOUT' => $checkout] + $sums;

        ob_start();
        (static function (array $params): void {
            include self::BRIDGE . '/handler/clickbridge/template/template.php';
        })($params);
        $page = (string) ob_get_clean();
        preg_match('~<p class="clickbridge-sums">(.*?)</p>~s', $page, $found);
        $sums = html_entity_decode(strip_tags($found[1] ?? ''));

        self::assertStringContainsString('href="https://my.click.uz/"', $page);
        self::assertSame($expected, trim((string) preg_replace('/[\s\x{A0}]+/u', ' ', $sums)));
    }

    #[TestDox('the description of the pay system prints nothing and asks for its settings as plain text, and for two as switches')]
    public function testDescription(): void
    {
        $this->expectOutputString('');
        $description = Manager::getHandlerDescription('clickbridge');
        $inputs = array_map(static fn(array $code) => $code['INPUT'], $description['CODES']);

        self::assertSame(
            array_fill_keys(
                [
                    'CLICK_SERVICE_ID', 'CLICK_MERCHANT_ID', 'CLICK_MERCHANT_USER_ID', 'CLICK_SECRET_KEY',
                    'CLICK_FEE_PERCENT', 'CLICK_CERTIFICATION_REFERENCE', 'CLICK_CERTIFICATION_UNTIL',
                    'CLICK_TEST_URL', 'CLICK_TEST_SECRET_KEY',
                ],
                ['TYPE' => 'STRING']
            ) + array_fill_keys(['CLICK_CARD_TYPES', 'CLICK_NEW_WINDOW'], ['TYPE' => 'Y/N']),
            $inputs
        );
    }
}
