<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateResponse;
use ClickBridge\Contract\V1\ClaimOrderUpdatesRequest;
use ClickBridge\Contract\V1\ClaimOrderUpdatesResponse;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Contract\V1\StartOrderUpdateRequest;
use ClickBridge\Contract\V1\StartOrderUpdateResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;
use ClickBridge\Log;
use Google\Protobuf\Internal\Message;

/** The applier's calls to the service. They never throw for errors of the peer or the network. */
class OrderUpdates
{
    private const SERVICE = 'clickbridge.v1.OrderUpdateService';
    /** Click already has its answer, so only this process waits. */
    private const BUDGET_MS = 5_000;

    public function __construct(private readonly UnaryClient $client)
    {
    }

    /**
     * Updates that are due, each leased to this caller.
     *
     * @return list<OrderUpdate> also empty when the service does not answer: the agent retries
     */
    public function claim(int $limit): array
    {
        $request = new ClaimOrderUpdatesRequest(['limit' => $limit]);
        $response = $this->call('ClaimOrderUpdates', $request, new ClaimOrderUpdatesResponse());
        return $response === null ? [] : array_values(iterator_to_array($response->getOrderUpdates()));
    }

    /**
     * Extends the lease to 15 minutes. True: save in one transaction, which rolls back a failed save. False: without one, because such saves
     * have failed several times. Null: do not save.
     */
    public function start(OrderUpdate $update): ?bool
    {
        $request = new StartOrderUpdateRequest(self::lease($update));
        $response = $this->call('StartOrderUpdate', $request, new StartOrderUpdateResponse());
        return $response === null ? null : !$response->getOutsideTransaction();
    }

    /** Reports the result. If the report is lost, the update is leased again and found done. */
    public function acknowledge(OrderUpdate $update, ApplyResult $result): void
    {
        $request = new AcknowledgeOrderUpdateRequest(self::lease($update) + [
            'outcome' => $result->outcome,
            'refusal' => $result->refusal,
            'detail' => $result->detail,
            'in_parts' => $result->inParts,
        ]);
        $this->call('AcknowledgeOrderUpdate', $request, new AcknowledgeOrderUpdateResponse());
    }

    /** @return array{order_update_id: int|string, token: string} */
    private static function lease(OrderUpdate $update): array
    {
        return ['order_update_id' => $update->getOrderUpdateId(), 'token' => $update->getToken()];
    }

    /**
     * @template T of Message
     * @param T $into
     * @return T|null
     */
    private function call(string $method, Message $request, Message $into): ?Message
    {
        $response = $this->client->call(self::SERVICE . "/$method", $request, $into, self::BUDGET_MS);
        if ($response instanceof Status) {
            Log::line("$method: {$response->forLog()}");
            return null;
        }
        return $response;
    }
}
