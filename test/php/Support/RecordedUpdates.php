<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use Closure;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Order\ApplyResult;
use ClickBridge\Order\OrderUpdates;

/** The service's part of an order update, played by a test: it hands out what it was given and remembers what it was told. */
final class RecordedUpdates extends OrderUpdates
{
    public int $started = 0;
    /** @var list<int> how many were asked for, each time */
    public array $limits = [];
    /** @var list<ApplyResult> */
    public array $results = [];

    /**
     * @param list<OrderUpdate> $due
     * @param Closure(): ?bool $start what StartOrderUpdate answers
     */
    public function __construct(private array $due = [], private readonly ?Closure $start = null)
    {
    }

    public function claim(int $limit): array
    {
        $this->limits[] = $limit;
        return array_splice($this->due, 0, $limit);
    }

    public function start(OrderUpdate $update): ?bool
    {
        $this->started += 1;
        return $this->start === null ? true : ($this->start)();
    }

    public function acknowledge(OrderUpdate $update, ApplyResult $result): void
    {
        $this->results[] = $result;
    }
}
