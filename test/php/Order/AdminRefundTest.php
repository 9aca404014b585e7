<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use ClickBridge\Contract\V1\RefreshPaymentResponse;
use ClickBridge\Contract\V1\Refund;
use ClickBridge\Contract\V1\Refund\State;
use ClickBridge\Contract\V1\RefundPaymentResponse;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Status;
use ClickBridge\Order\AdminRefund;
use ClickBridge\Test\Support\RecordedPayments;
use ClickBridge\Test\Support\Updates;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** The "return" button of the order page. */
final class AdminRefundTest extends TestCase
{
    #[TestDox('money leaves when Click has confirmed it: of the attempt that holds the payment, as the person who pressed')]
    public function testDone(): void
    {
        $payments = self::payments();

        $ending = AdminRefund::ask($payments, 42, 1000.0, 'bitrix 5', 'clickbridge:7');

        self::assertSame('', $ending->messageKey);
        self::assertSame('2026-11-25', $ending->shopFields?->getDays()['PAY_RETURN_DATE']);
        self::assertSame([[42, 7, 100_000, 'bitrix 5']], $payments->refunds);
    }

    #[TestDox('an answer in state $state moves nothing in Bitrix, and says that nobody knows')]
    #[DataProvider('openStates')]
    public function testUnknown(int $state): void
    {
        $payments = self::payments($state);

        self::assertSame('CLICKBRIDGE_REFUND_UNKNOWN', AdminRefund::ask($payments, 42, 1000.0, '', 'clickbridge:7')->messageKey);
    }

    /** @return iterable<array{int}> */
    public static function openStates(): iterable
    {
        yield [State::STATE_STORED];
        yield [State::STATE_SENDING];
        yield [State::STATE_UNKNOWN];
        yield [State::STATE_UNSPECIFIED];
    }

    #[TestDox('a payment that was marked paid by hand, or by something that only looks like an attempt, has nothing that Click could return')]
    public function testMarkedOtherwise(): void
    {
        $payments = self::payments();
        foreach (['', 'cash desk 5', 'clickbridge:', 'clickbridge:0', 'clickbridge:7x', "clickbridge:7\n", 'xclickbridge:7'] as $invoiceId) {
            self::assertSame('CLICKBRIDGE_REFUND_NO_MONEY', AdminRefund::ask($payments, 42, 1000.0, '', $invoiceId)->messageKey);
        }

        self::assertSame([], $payments->refunds);
    }

    #[TestDox('without the administrator\'s token nothing is asked, and the person is told so')]
    public function testNoToken(): void
    {
        self::assertSame('CLICKBRIDGE_REFUND_NO_TOKEN', AdminRefund::ask(null, 42, 1000.0, '', 'clickbridge:7')->messageKey);
    }

    #[TestDox('an answer that never came may be a refund under way: nobody is told to send it again')]
    public function testServiceFellSilent(): void
    {
        $payments = self::payments();
        $payments->answer = new Status(Code::DeadlineExceeded, 'x');

        self::assertSame('CLICKBRIDGE_REFUND_UNKNOWN', AdminRefund::ask($payments, 42, 1000.0, '', 'clickbridge:7')->messageKey);
    }

    #[TestDox('the sum that Bitrix wants back goes along to the tiyin, for the service to compare')]
    public function testSum(): void
    {
        $payments = self::payments();
        foreach ([999.99, 1000.01, 0.0, 0.29, 90_071_992_547.41] as $sum) {
            AdminRefund::ask($payments, 42, $sum, '', 'clickbridge:7');
        }

        self::assertSame([99_999, 100_001, 0, 29, 9_007_199_254_741], array_column($payments->refunds, 2));
    }

    /** @return iterable<string, array{Status, string, string}> */
    public static function failures(): iterable
    {
        $peer = static fn(Code $code, string $reason, array $metadata = []) => new Status($code, '', $reason, $metadata, true);
        yield 'Click refuses' => [
            $peer(Code::FailedPrecondition, 'CLICK_REFUSED', ['clickErrorCode' => '-31']), 'CLICKBRIDGE_REFUND_REFUSED', 'CLICK_REFUSED -31',
        ];
        yield 'another one is open' => [$peer(Code::FailedPrecondition, 'REFUND_OPEN'), 'CLICKBRIDGE_REFUND_UNKNOWN', 'REFUND_OPEN'];
        yield 'Click shows it unpaid' => [
            $peer(Code::FailedPrecondition, 'PAYMENT_NOT_REFUNDABLE', ['why' => 'NOT_PAID_AT_CLICK']),
            'CLICKBRIDGE_REFUND_NOT_POSSIBLE',
            'PAYMENT_NOT_REFUNDABLE NOT_PAID_AT_CLICK',
        ];
        yield 'Click is silent' => [$peer(Code::Unavailable, 'CLICK_UNAVAILABLE'), 'CLICKBRIDGE_REFUND_UNAVAILABLE', 'CLICK_UNAVAILABLE'];
        yield 'the service says that it went back before' => [
            $peer(Code::FailedPrecondition, 'PAYMENT_NOT_REFUNDABLE', ['why' => 'REFUNDED']),
            'CLICKBRIDGE_REFUND_NO_MONEY',
            'PAYMENT_NOT_REFUNDABLE REFUNDED',
        ];
        yield 'the mark is of an attempt that the service does not know' => [
            $peer(Code::NotFound, 'ATTEMPT_NOT_FOUND'), 'CLICKBRIDGE_REFUND_NO_MONEY', 'ATTEMPT_NOT_FOUND',
        ];
        yield 'Bitrix wants another sum back than was paid' => [
            $peer(Code::FailedPrecondition, 'PAYMENT_NOT_REFUNDABLE', ['why' => 'WHOLE_ONLY']),
            'CLICKBRIDGE_REFUND_WHOLE_ONLY',
            'PAYMENT_NOT_REFUNDABLE WHOLE_ONLY',
        ];
        yield 'the token is not for refunds' => [$peer(Code::PermissionDenied, 'SCOPE_MISSING'), 'CLICKBRIDGE_REFUND_NO_TOKEN', 'SCOPE_MISSING'];
    }

    #[TestDox('$_dataName: the person is told why, and no money leaves')]
    #[DataProvider('failures')]
    public function testFailures(Status $status, string $key, string $why): void
    {
        $payments = self::payments();
        $payments->answer = $status;

        $ending = AdminRefund::ask($payments, 42, 1000.0, '', 'clickbridge:7');

        self::assertSame([$key, $why], [$ending->messageKey, $ending->why]);
    }

    private static function payments(int $answer = State::STATE_DONE): RecordedPayments
    {
        $response = new RefundPaymentResponse(['refund' => new Refund(['state' => $answer]), 'shop_fields' => Updates::refundedFields()]);
        return new RecordedPayments(new RefreshPaymentResponse(), $response);
    }
}
