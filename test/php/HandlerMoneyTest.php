<?php

declare(strict_types=1);

namespace ClickBridge\Test;

use Bitrix\Main\Localization\Loc;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\Manager;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Outcome;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Contract\V1\Payment as ClickPayment;
use ClickBridge\Contract\V1\Payment\State;
use ClickBridge\Contract\V1\RefreshPaymentResponse;
use ClickBridge\Contract\V1\Refund;
use ClickBridge\Contract\V1\RefundPaymentResponse;
use ClickBridge\Contract\V1\ShopFields;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Status;
use ClickBridge\Test\Support\ApplierTestCase;
use ClickBridge\Test\Support\RecordedPayments;
use ClickBridge\Test\Support\ShopOrder;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;

/** The handler's refund and check behind Bitrix's own Service, with a service that answers as a test says. */
final class HandlerMoneyTest extends ApplierTestCase
{
    private const FOLDER = 'bitrix/php_interface/include/sale_payment/clickmoney';
    private const CLASS_OF_TEST = '<?php namespace Sale\Handlers\PaySystem;
        class ClickMoneyHandler extends ClickBridgeHandler {
            public static ?\ClickBridge\Order\Payments $payments;
            protected static function payments(): ?\ClickBridge\Order\Payments { return self::$payments; }
        }';

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$shop->put(self::FOLDER . '/handler.php', self::CLASS_OF_TEST);
        self::$shop->run("UPDATE b_sale_pay_system_action SET ACTION_FILE = 'clickmoney'");
    }

    /** @param array<string, mixed> $kernel */
    protected function beginHit(array $kernel = []): void
    {
        parent::beginHit($kernel);
        Manager::includeHandler('clickbridge');
        Manager::includeHandler('clickmoney');
        // What PHP does when it includes the file, which it does once a process.
        Loc::loadMessages(__DIR__ . '/../../php-bridge/handler/clickbridge/handler.php');
    }

    #[TestDox('a return that Click has made takes the mark back, with the day that the service says, and tells so to the manager')]
    public function testRefund(): void
    {
        [$order] = $this->paid();
        $asked = self::answer(self::held(State::STATE_HELD), new Refund(['state' => Refund\State::STATE_DONE]));
        $payment = $this->load($order);

        $returned = $payment->setReturn(Payment::RETURN_PS);
        $saved = $payment->getOrder()->save();

        self::assertSame([true, true], [$returned->isSuccess(), $saved->isSuccess()]);
        self::assertSame([[(int) $payment->getId(), 7, 100_000, 'bitrix 0']], $asked->refunds);
        self::assertSame(['N', 'P', '2026-11-25', 'N'], $this->returnOf($order));
        self::assertSame('N', $order->row()['PAYED']);
        self::assertStringContainsString('refunded', (string) $order->payment()['PS_STATUS_MESSAGE']);
        self::assertStringContainsString('2088012345', (string) $order->payment()['PS_STATUS_DESCRIPTION']);
    }

    #[TestDox('an applier that comes between a return and its save leaves the payment to the manager\'s page, and finds it done later')]
    public function testApplierBesideReturn(): void
    {
        [$order, $paid] = $this->paid();
        self::answer(self::held(State::STATE_HELD), new Refund(['state' => Refund\State::STATE_DONE]));
        $payment = $this->load($order);
        $payment->setReturn(Payment::RETURN_PS);

        $meanwhile = $this->applier(Updates::markRefunded($paid));
        $meanwhile->wait();
        $payment->getOrder()->save();
        $this->beginHit();
        $afterwards = $this->applier(Updates::markRefunded($paid));
        $afterwards->wait();

        self::assertSame(['outcome ' . Outcome::OUTCOME_RETRY . "\n", 'outcome ' . Outcome::OUTCOME_APPLIED . "\n"], [
            $meanwhile->output(),
            $afterwards->output(),
        ]);
    }

    #[TestDox('the day that a manager typed for the return stays')]
    public function testTypedDate(): void
    {
        [$order] = $this->paid();
        self::answer(self::held(State::STATE_HELD), new Refund(['state' => Refund\State::STATE_DONE]));
        $payment = $this->load($order);
        $payment->setField('PAY_RETURN_DATE', new \Bitrix\Main\Type\Date('2026-11-20', 'Y-m-d'));

        $payment->setReturn(Payment::RETURN_PS);
        $payment->getOrder()->save();

        self::assertSame('2026-11-20', $order->payment()['PAY_RETURN_DATE']);
    }

    #[TestDox('a return that Click has not confirmed leaves the payment as it is, and says why')]
    public function testRefundUnknown(): void
    {
        [$order] = $this->paid();
        self::answer(self::held(State::STATE_HELD), new Refund(['state' => Refund\State::STATE_UNKNOWN]));
        $log = (string) ini_set('error_log', '/dev/null');

        $returned = $this->load($order)->setReturn(Payment::RETURN_PS);

        ini_set('error_log', $log);
        self::assertFalse($returned->isSuccess());
        self::assertStringContainsString('Click ещё не подтвердил возврат', implode($returned->getErrorMessages()));
        self::assertSame(['Y', 'N', null, 'Y'], $this->returnOf($order));
    }

    /** @return iterable<string, array{RefreshPaymentResponse|Status|null, string, string}> */
    public static function states(): iterable
    {
        yield 'money that an attempt holds' => [self::held(State::STATE_HELD), 'Y', 'Click получил деньги'];
        yield 'money given back in Click\'s cabinet' => [self::held(State::STATE_REVERSED), 'N', 'Click вернул деньги'];
        yield 'no money' => [self::held(State::STATE_NO_MONEY), 'N', 'у Click нет денег'];
        yield 'a service that is away' => [new Status(Code::Unavailable, ''), 'Y', 'Служба или Click не отвечает'];
        yield 'no token' => [null, 'Y', 'нет токена администратора'];
    }

    #[DataProvider('states')]
    #[TestDox('asked about a paid payment with $_dataName: the answer stands in the status message, the payment\'s numbers stay')]
    public function testCheck(RefreshPaymentResponse|Status|null $found, string $status, string $message): void
    {
        [$order] = $this->paid();
        $before = $order->payment();

        $after = $this->check($order, $found);

        self::assertSame([$status, 'Y', 'N'], [$after['PS_STATUS'], $after['PAID'], $after['IS_RETURN']]);
        self::assertStringContainsString($message, (string) $after['PS_STATUS_MESSAGE']);
        $kept = ['PS_STATUS_CODE', 'PS_STATUS_DESCRIPTION', 'PS_INVOICE_ID', 'PAY_VOUCHER_NUM', 'PS_SUM'];
        self::assertSame(array_intersect_key($before, array_flip($kept)), array_intersect_key($after, array_flip($kept)));
        $isRefundable = $found === null || $found instanceof Status || $status === 'Y';
        self::assertSame($isRefundable, str_contains((string) $after['PS_STATUS_MESSAGE'], 'refund ≤'));
    }

    #[TestDox('a service that is away shows even where nothing was shown before, and the next answer takes its place')]
    public function testCheckUnpaid(): void
    {
        $order = self::$shop->addOrder();

        $away = $this->check($order, new Status(Code::Unavailable, ''));
        $begun = $this->check($order, self::held(State::STATE_IN_PROGRESS));

        self::assertSame(['N', null], [$away['PS_STATUS'], $away['PS_RESPONSE_DATE']]);
        self::assertStringContainsString('не отвечает', (string) $away['PS_STATUS_MESSAGE']);
        self::assertSame(['N', 'N'], [$begun['PS_STATUS'], $begun['PAID']]);
        self::assertSame('Покупатель начал оплату; денег Click ещё не получил.', $begun['PS_STATUS_MESSAGE']);
    }

    #[TestDox('asked about a returned payment of which Click still holds money, the payment stays returned')]
    public function testCheckReturned(): void
    {
        [$order, $paid] = $this->paid();
        $this->apply(Updates::markRefunded($paid));
        $this->beginHit();

        $after = $this->check($order, self::held(State::STATE_HELD));

        self::assertSame(['N', 'P', 'N'], [$after['PAID'], $after['IS_RETURN'], $order->row()['PAYED']]);
    }

    #[TestDox('no text of the handler can be HTML in the payment\'s edit form, which prints it as it is')]
    public function testNoHtml(): void
    {
        $this->beginHit(['language' => 'uz']);
        $order = self::$shop->addOrder();

        $text = $this->check($order, null)['PS_STATUS_MESSAGE'];

        self::assertFalse(strpbrk((string) $text, '<>&"\''));
    }

    /** @return array<string, string|null> the payment's row afterwards */
    private function check(ShopOrder $order, RefreshPaymentResponse|Status|null $found): array
    {
        self::answer($found, null);
        $payment = $this->load($order);
        self::assertTrue($payment->getPaySystem()?->check($payment)->isSuccess());
        return $order->payment();
    }

    /** @return array{ShopOrder, OrderUpdate} */
    private function paid(): array
    {
        $order = self::$shop->addOrder();
        $update = Updates::markPaid($order, 100_000, ['attempt_id' => 7]);
        self::assertSame('APPLIED', $this->apply($update));
        $this->beginHit();
        return [$order, $update];
    }

    /** @return list<string|null> */
    private function returnOf(ShopOrder $order): array
    {
        $row = $order->payment();
        return [$row['PAID'], $row['IS_RETURN'], $row['PAY_RETURN_DATE'], $row['PS_STATUS']];
    }

    private static function held(int $state): RefreshPaymentResponse
    {
        $isHeld = $state === State::STATE_HELD;
        $returns = $isHeld ? 'Click: возврат / qaytarish / refund ≤ 01.12.2026' : '';
        $texts = ['PS_STATUS' => $isHeld ? 'Y' : 'N', 'PS_STATUS_MESSAGE' => $returns];
        return new RefreshPaymentResponse([
            'payment' => new ClickPayment(['state' => $state]),
            'shop_fields' => new ShopFields(['texts' => $texts]),
        ]);
    }

    private static function answer(RefreshPaymentResponse|Status|null $found, ?Refund $refund): RecordedPayments
    {
        $isDone = $refund?->getState() === Refund\State::STATE_DONE;
        $answer = new RefundPaymentResponse(['refund' => $refund] + ($isDone ? ['shop_fields' => Updates::refundedFields()] : []));
        $recorded = new RecordedPayments($found ?? new RefreshPaymentResponse(), $answer);
        // @phpstan-ignore class.notFound, class.notFound (CLASS_OF_TEST)
        \Sale\Handlers\PaySystem\ClickMoneyHandler::$payments = $found === null ? null : $recorded;
        return $recorded;
    }
}
