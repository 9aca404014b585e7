<?php

declare(strict_types=1);

namespace ClickBridge\Test\Checkout;

use Bitrix\Main\Composite\Page as CompositePage;
use Bitrix\Main\Config\Option;
use Bitrix\Main\Context;
use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\BaseServiceHandler;
use ClickBridge\Test\Support\ShopOrder;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;

/** Who gets a token with the page: the buyer of the order, known as Bitrix knows one, and nobody else. */
final class OwnerTest extends CheckoutTestCase
{
    private const BUYER = 1;

    protected function setUp(): void
    {
        $_SERVER['DOCUMENT_ROOT'] = self::$shop->root;
        $this->forget();
    }

    protected function tearDown(): void
    {
        $this->forget();
        unset($_SERVER['DOCUMENT_ROOT']);
    }

    private function forget(): void
    {
        unset($_SESSION, $GLOBALS['USER']);
        [$_GET, $_POST] = [[], []];
        $this->beginHit();
    }

    #[TestDox('the buyer who is signed in gets it, and Bitrix may not keep the page for others')]
    public function testSignedIn(): void
    {
        $GLOBALS['USER']->Authorize(self::BUYER);

        self::assertTrue($this->hasToken(self::$shop->addOrder()));
        self::assertFalse(CompositePage::getInstance()->isCacheable());
    }

    #[TestDox('somebody else who is signed in gets the plain link, and so does nobody')]
    public function testStrangers(): void
    {
        $order = self::$shop->addOrder();

        self::assertFalse($this->hasToken($order), 'nobody');
        self::assertTrue(CompositePage::getInstance()->isCacheable());
        $GLOBALS['USER']->Authorize(self::BUYER + 1);
        self::assertFalse($this->hasToken($order), 'another user');
        $GLOBALS['USER'] = null;
        self::assertFalse($this->hasToken($order), 'an agent');
    }

    #[TestDox('an order without a user is nobody\'s, also for a user whose number is 0')]
    public function testOrderWithoutUser(): void
    {
        $order = self::$shop->addOrder();
        self::$shop->run('UPDATE b_sale_order SET USER_ID = 0 WHERE ID = ?', $order->id);
        $GLOBALS['USER']->Authorize(0);

        self::assertFalse($this->hasToken($order));
    }

    /** @return array<string, array{callable(int): mixed, bool}> */
    public static function sessions(): array
    {
        return [
            'made this order' => [static fn(int $id) => [$id + 1, $id], true],
            'made this order, its number as text' => [static fn(int $id) => [(string) $id], true],
            'made another order' => [static fn(int $id) => [$id + 1], false],
            'made none' => [static fn() => [], false],
            'holds something else' => [static fn() => [[], null, true], false],
            'holds no list' => [static fn(int $id) => $id, false],
        ];
    }

    /** @param callable(int): mixed $orders */
    #[TestDox('a session that $_dataName')]
    #[DataProvider('sessions')]
    public function testSession(callable $orders, bool $isOwner): void
    {
        $order = self::$shop->addOrder();
        $_SESSION = ['SALE_ORDER_ID' => $orders($order->id)];

        self::assertSame($isOwner, $this->hasToken($order));
    }

    /** @return array<string, array{string, bool, bool}> */
    public static function hashes(): array
    {
        return [
            'the hash, as sale.order.payment takes it' => ['HASH', true, true],
            'the hash, as the mails have it' => ['access', true, true],
            'the hash in a shop that shows guests no orders' => ['HASH', false, false],
            'the hash under another name' => ['hash', true, false],
        ];
    }

    #[TestDox('$_dataName')]
    #[DataProvider('hashes')]
    public function testHash(string $name, bool $guestsAreAllowed, bool $isOwner): void
    {
        $order = self::$shop->addOrder();
        Option::set('sale', 'allow_guest_order_view', $guestsAreAllowed ? 'Y' : 'N');
        Option::set('sale', 'allow_guest_order_view_status', serialize([Order::load($order->id)?->getField('STATUS_ID')]));
        $_GET = [$name => Order::load($order->id)?->getHash()];

        self::assertSame($isOwner, $this->hasToken($order));
    }

    #[TestDox('a hash of another order, an empty one, a list, or one for a status that guests may not see')]
    public function testWrongHash(): void
    {
        [$order, $other] = [self::$shop->addOrder(), self::$shop->addOrder()];
        $status = Order::load($order->id)?->getField('STATUS_ID');
        Option::set('sale', 'allow_guest_order_view', 'Y');
        Option::set('sale', 'allow_guest_order_view_status', serialize([$status]));
        $hash = Order::load($order->id)?->getHash();

        foreach ([Order::load($other->id)?->getHash(), '', [$hash]] as $given) {
            $this->freshRequest(['HASH' => $given]);
            self::assertFalse($this->hasToken($order));
        }
        Option::set('sale', 'allow_guest_order_view_status', serialize(['F']));
        $this->freshRequest(['HASH' => $hash]);
        self::assertFalse($this->hasToken($order));
    }

    #[TestDox('once Click has the money the buyer is told and shown no way to pay, and others hear that it is taken')]
    public function testCaptured(): void
    {
        $order = self::$shop->addOrder();
        self::$shop->run('UPDATE b_sale_order_payment SET ID = 9000 WHERE ID = ?', $order->paymentId);
        $payment = Order::load($order->id)?->getPaymentCollection()->getItemById(9000);
        self::assertInstanceOf(Payment::class, $payment);
        $show = static fn() => $payment->getPaySystem()?->initiatePay($payment, null, BaseServiceHandler::STRING);

        $stranger = $show();
        $GLOBALS['USER']->Authorize(self::BUYER);
        $buyer = $show();

        self::assertFalse($stranger?->isSuccess());
        self::assertStringContainsString('data-stage="CAPTURED"', (string) $buyer?->getTemplate());
        self::assertStringNotContainsString('href="https://my.click.uz', (string) $buyer?->getTemplate());
        self::assertStringNotContainsString('<form', (string) $buyer?->getTemplate());
    }

    #[TestDox('showing the page changes nothing in the shop, whoever looks')]
    public function testChangesNothing(): void
    {
        $order = self::$shop->addOrder();
        $before = [$order->row(), $order->payment()];
        $GLOBALS['USER']->Authorize(self::BUYER);
        $this->hasToken($order);

        self::assertSame($before, [$order->row(), $order->payment()]);
    }

    /** @param array<string, mixed> $query */
    private function freshRequest(array $query): void
    {
        $this->beginHit();
        $_GET = $query;
        self::assertSame($query, Context::getCurrent()->getRequest()->getQueryList()->toArray());
    }

    /** As sale_ps_ajax.php has it run. The link is there for everybody; the form and the state come with the token. */
    private function hasToken(ShopOrder $order): bool
    {
        $payment = $this->load($order);
        $result = $payment->getPaySystem()?->initiatePay($payment, null, BaseServiceHandler::STRING);
        $html = (string) $result?->getTemplate();
        self::assertSame([], $result?->getPsData());
        self::assertStringContainsString("https://my.click.uz/services/pay?transaction_param=$order->paymentId", $html);
        $has = str_contains($html, "v1.$order->paymentId.signed");
        self::assertSame([$has, $has], [str_contains($html, '<form'), str_contains($html, 'data-status')]);
        return $has;
    }
}
