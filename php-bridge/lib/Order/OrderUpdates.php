<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\OrderUpdate;

/** What the applier asks of the service. None of it throws for what a peer or a network did. */
interface OrderUpdates
{
    /**
     * Updates that are due, each leased to this caller.
     *
     * @return list<OrderUpdate> empty also when the service does not answer: the agent comes again
     */
    public function claim(int $limit): array;

    /** How to save, and nobody else gets the update for 15 minutes. Null: do not save. */
    public function start(OrderUpdate $update): ?SaveMode;

    /** Tells how it ended. When nobody hears it, the update comes again and is found done. */
    public function acknowledge(OrderUpdate $update, ApplyResult $ending): void;
}
