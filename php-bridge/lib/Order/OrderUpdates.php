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

/** What the applier asks of the service. None of it throws for what a peer or a network did. */
class OrderUpdates
{
    private const SERVICE = 'clickbridge.v1.OrderUpdateService';
    /** Click has its answer already: here nobody waits but this process. */
    private const BUDGET_MS = 5_000;

    public function __construct(private readonly UnaryClient $client)
    {
    }

    /**
     * Updates that are due, each leased to this caller.
     *
     * @return list<OrderUpdate> empty also when the service does not answer: the agent comes again
     */
    public function claim(int $limit): array
    {
        $request = new ClaimOrderUpdatesRequest(['limit' => $limit]);
        $response = $this->call('ClaimOrderUpdates', $request, new ClaimOrderUpdatesResponse());
        return $response === null ? [] : array_values(iterator_to_array($response->getOrderUpdates()));
    }

    /**
     * Nobody else gets the update for 15 minutes. True: save in one transaction, so that a save that fails leaves nothing behind. False: without one,
     * because such saves have failed again and again. Null: do not save.
     */
    public function start(OrderUpdate $update): ?bool
    {
        $request = new StartOrderUpdateRequest(self::lease($update));
        $response = $this->call('StartOrderUpdate', $request, new StartOrderUpdateResponse());
        return $response === null ? null : !$response->getOutsideTransaction();
    }

    /** Tells how it ended. When nobody hears it, the update comes again and is found done. */
    public function acknowledge(OrderUpdate $update, ApplyResult $ending): void
    {
        $request = new AcknowledgeOrderUpdateRequest(self::lease($update) + [
            'outcome' => $ending->outcome,
            'refusal' => $ending->refusal,
            'detail' => $ending->detail,
            'in_parts' => $ending->inParts,
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
