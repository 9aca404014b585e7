<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\Payment;
use ClickBridge\Contract\V1\RefreshPaymentRequest;
use ClickBridge\Contract\V1\RefreshPaymentResponse;
use ClickBridge\Contract\V1\Refund;
use ClickBridge\Contract\V1\RefundPaymentRequest;
use ClickBridge\Contract\V1\RefundPaymentResponse;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;

/** The service's own PaymentService. Its token needs the scope refund. */
final class GrpcPayments implements Payments
{
    private const SERVICE = 'clickbridge.v1.PaymentService';
    /** Click is asked three times within it, ten seconds each at most (src/click/merchant-http.ts). */
    private const CLICK_BUDGET_MS = 35_000;

    public function __construct(private readonly UnaryClient $client)
    {
    }

    public function refresh(int $paymentId): Payment|Status
    {
        $request = new RefreshPaymentRequest(['payment_id' => $paymentId]);
        $response = $this->client->call(self::SERVICE . '/RefreshPayment', $request, new RefreshPaymentResponse(), self::CLICK_BUDGET_MS);
        return $response instanceof Status ? $response : $response->getPayment() ?? self::empty();
    }

    public function refund(int $paymentId, int $attemptId, int $sumTiyin, string $userId): Refund|Status
    {
        $request = new RefundPaymentRequest([
            'payment_id' => $paymentId,
            'attempt_id' => $attemptId,
            'order_amount_tiyin' => $sumTiyin,
            'user_id' => $userId,
        ]);
        $response = $this->client->call(self::SERVICE . '/RefundPayment', $request, new RefundPaymentResponse(), self::CLICK_BUDGET_MS);
        return $response instanceof Status ? $response : $response->getRefund() ?? self::empty();
    }

    private static function empty(): Status
    {
        return new Status(Code::Internal, 'the service answered without what was asked for');
    }
}
