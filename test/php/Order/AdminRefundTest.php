<?php

declare(strict_types=1);

namespace ClickBridge\Test\Order;

use ClickBridge\Contract\V1\Attempt;
use ClickBridge\Contract\V1\Attempt\State as AttemptState;
use ClickBridge\Contract\V1\OrderUpdateStatus;
use ClickBridge\Contract\V1\OrderUpdateStatus\State as UpdateState;
use ClickBridge\Contract\V1\Payment;
use ClickBridge\Contract\V1\Refund;
use ClickBridge\Contract\V1\Refund\State;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Status;
use ClickBridge\Order\AdminRefund;
use ClickBridge\Order\RefundEnding;
use ClickBridge\Test\Support\RecordedPayments;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** The "return" button of the order page. */
final class AdminRefundTest extends TestCase
{
    private const UUID = '/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/D';

    #[TestDox('money leaves when Click has confirmed it: of the attempt that holds the payment, as the person who pressed')]
    public function testDone(): void
    {
        $payments = self::payments([[6, AttemptState::STATE_CANCELLED], [7, AttemptState::STATE_SETTLED]], answer: State::STATE_DONE);

        $ending = (new AdminRefund($payments))->refund(42, 1000.0, 'bitrix 5', 'clickbridge:7');

        self::assertEquals(RefundEnding::done(), $ending);
        self::assertSame([[42, 7, 'bitrix 5']], array_map(static fn($asked) => array_slice($asked, 1), $payments->refunds));
        self::assertMatchesRegularExpression(self::UUID, $payments->refunds[0][0]);
    }

    #[TestDox('an answer in state $state moves nothing in Bitrix, and says that nobody knows')]
    #[DataProvider('openStates')]
    public function testUnknown(int $state): void
    {
        $payments = self::payments([[7, AttemptState::STATE_CAPTURED]], answer: $state);

        self::assertEquals(RefundEnding::unknown(), (new AdminRefund($payments))->refund(42, 1000.0, '', 'clickbridge:7'));
    }

    /** @return iterable<array{int}> */
    public static function openStates(): iterable
    {
        yield [State::STATE_STORED];
        yield [State::STATE_SENDING];
        yield [State::STATE_UNKNOWN];
        yield [State::STATE_UNSPECIFIED];
    }

    #[TestDox('a second press, also while the first is open, has the same request id; after a refusal it has another')]
    public function testRequestId(): void
    {
        $ids = [];
        foreach ([[], [State::STATE_UNKNOWN], [State::STATE_REFUSED], [State::STATE_REFUSED, State::STATE_NOT_DONE]] as $refunds) {
            $payments = self::payments([[7, AttemptState::STATE_SETTLED]], $refunds);
            (new AdminRefund($payments))->refund(42, 1000.0, '', 'clickbridge:7');
            $ids[] = $payments->refunds[0][0];
        }

        self::assertSame($ids[0], $ids[1]);
        self::assertCount(3, array_unique($ids));
    }

    #[TestDox('refunds that another attempt had do not count')]
    public function testOtherAttempt(): void
    {
        $own = self::payments([[7, AttemptState::STATE_SETTLED]]);
        $beside = self::payments([[7, AttemptState::STATE_SETTLED]], [State::STATE_REFUSED], refundedAttempt: 6);
        (new AdminRefund($own))->refund(42, 1000.0, '', 'clickbridge:7');
        (new AdminRefund($beside))->refund(42, 1000.0, '', 'clickbridge:7');

        self::assertSame($own->refunds[0][0], $beside->refunds[0][0]);
    }

    #[TestDox('what Click gave back before, and Bitrix failed to save, leaves now without another refund')]
    public function testRefundedBefore(): void
    {
        $payments = self::payments([[7, AttemptState::STATE_REVERSED]], [State::STATE_DONE], untold: true);

        self::assertEquals(RefundEnding::done(), (new AdminRefund($payments))->refund(42, 1000.0, '', 'clickbridge:7'));
        self::assertSame([], $payments->refunds);
    }

    #[TestDox('a payment that was marked paid by hand since, or by another attempt, has nothing that Click could return')]
    public function testMarkedOtherwise(): void
    {
        $told = self::payments([[7, AttemptState::STATE_REVERSED]], [State::STATE_DONE]);
        $byHand = self::payments([[7, AttemptState::STATE_REVERSED]], [State::STATE_DONE], untold: true);
        $captured = self::payments([[7, AttemptState::STATE_CAPTURED]]);
        $endings = [
            (new AdminRefund($told))->refund(42, 1000.0, '', 'clickbridge:7'),
            (new AdminRefund($byHand))->refund(42, 1000.0, '', ''),
            (new AdminRefund($captured))->refund(42, 1000.0, '', 'cash desk 5'),
        ];

        self::assertEquals(array_fill(0, 3, RefundEnding::noMoney()), $endings);
        self::assertSame([], [...$told->refunds, ...$byHand->refunds, ...$captured->refunds]);
    }

    #[TestDox('an answer that never came may be a refund under way: nobody is told to send it again')]
    public function testServiceFellSilent(): void
    {
        $payments = self::payments([[7, AttemptState::STATE_SETTLED]]);
        $payments->answer = new Status(Code::DeadlineExceeded, 'x');

        self::assertEquals(RefundEnding::unknown(), (new AdminRefund($payments))->refund(42, 1000.0, '', 'clickbridge:7'));
    }

    #[TestDox('a payment that Click holds no money of has nothing to return')]
    public function testNoMoney(): void
    {
        $payments = self::payments([[7, AttemptState::STATE_PREPARED]]);

        self::assertEquals(RefundEnding::noMoney(), (new AdminRefund($payments))->refund(42, 1000.0, '', 'clickbridge:7'));
        self::assertSame([], $payments->refunds);
    }

    #[TestDox('a part of the sum, or more than it, is not asked of Click')]
    public function testWholeOnly(): void
    {
        foreach ([999.99, 1000.01, 0.0] as $sum) {
            $payments = self::payments([[7, AttemptState::STATE_SETTLED]]);
            self::assertEquals(RefundEnding::wholeOnly(), (new AdminRefund($payments))->refund(42, $sum, '', 'clickbridge:7'));
            self::assertSame([], $payments->refunds);
        }
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
        yield 'another person pressed before' => [
            $peer(Code::AlreadyExists, 'REQUEST_ID_REUSED'), 'CLICKBRIDGE_REFUND_UNKNOWN', 'REQUEST_ID_REUSED',
        ];
        yield 'the token is not for refunds' => [$peer(Code::PermissionDenied, 'SCOPE_MISSING'), 'CLICKBRIDGE_REFUND_NO_TOKEN', 'SCOPE_MISSING'];
    }

    #[TestDox('$_dataName: the person is told why, and no money leaves')]
    #[DataProvider('failures')]
    public function testFailures(Status $status, string $key, string $why): void
    {
        $payments = self::payments([[7, AttemptState::STATE_SETTLED]]);
        $payments->answer = $status;

        $ending = (new AdminRefund($payments))->refund(42, 1000.0, '', 'clickbridge:7');

        self::assertSame([false, $key, ['#WHY#' => $why]], [$ending->moneyLeft, $ending->messageKey, $ending->replace]);
    }

    /**
     * @param list<array{int, int}> $attempts id and state
     * @param list<int> $refunds states
     */
    private static function payments(
        array $attempts,
        array $refunds = [],
        int $answer = State::STATE_DONE,
        int $refundedAttempt = 7,
        bool $untold = false,
    ): RecordedPayments {
        $payment = new Payment([
            'payment_id' => 42,
            // As the shop has it now, which may be edited.
            'amount_tiyin' => 999_999,
            'order_updates' => $untold ? [new OrderUpdateStatus(['attempt_id' => 7, 'state' => UpdateState::STATE_PENDING])] : [],
            'attempts' => array_map(
                static fn($a) => new Attempt(['attempt_id' => $a[0], 'state' => $a[1], 'amount_tiyin' => 101_500, 'fee_tiyin' => 1_500]),
                $attempts,
            ),
            'refunds' => array_map(static fn($s) => new Refund(['attempt_id' => $refundedAttempt, 'state' => $s]), $refunds),
        ]);
        return new RecordedPayments($payment, new Refund(['state' => $answer]));
    }
}
