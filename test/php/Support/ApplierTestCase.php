<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Outcome;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Refusal;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Order\Applier;

/** Tests of the applier on the stand-in kernel. */
abstract class ApplierTestCase extends ShopTestCase
{
    /** Applies one update, and says how it ended: `APPLIED`, `RETRY`, `REFUSED AMOUNT_CHANGED`; null when the service was told nothing. */
    protected function apply(OrderUpdate $update, ?RecordedUpdates $updates = null): ?string
    {
        $updates ??= new RecordedUpdates();
        (new Applier($updates))->apply($update);
        self::assertLessThanOrEqual(1, count($updates->results));
        return $updates->results === [] ? null : self::text($updates->results[0]->outcome, $updates->results[0]->refusal);
    }

    /** The first applier to come to a point of the kernel will stop there. */
    protected function pauseAt(string $point): Fifo
    {
        $fifo = Fifo::make(self::$shop->root . "/pause-$point");
        self::$shop->writeSettings(['pause_at' => [$point => $fifo->path]]);
        return $fifo;
    }

    /** A PHP of its own that applies the update and prints what it tells the service. */
    protected function applier(OrderUpdate $update, bool $isWhole = true): ChildProcess
    {
        $arguments = [self::$shop->root, base64_encode($update->serializeToString()), ...($isWhole ? [] : ['in parts'])];
        return ChildProcess::start([PHP_BINARY, dirname(__DIR__) . '/Order/apply-update.php', ...$arguments]);
    }

    /**
     * Applies one update in a process of its own, and runs the SQL after the applier has read the row and before Bitrix loads the order. Without a
     * transaction, in which nobody could change it.
     */
    protected function applyWhile(OrderUpdate $update, callable $change): string
    {
        $fifo = $this->pauseAt('order_loading');
        $applier = $this->applier($update, false);
        $go = $fifo->reached();
        $change();
        $go('go');
        self::assertSame(0, $applier->wait(), $applier->output());
        $told = sscanf($applier->output(), "start\noutcome %d refusal %d\n");
        self::assertIsArray($told, $applier->output());
        return self::text((int) $told[0], (int) $told[1]);
    }

    private static function text(int $outcome, int $refusal): string
    {
        $name = substr(Outcome::name($outcome), strlen('OUTCOME_'));
        return $refusal === Refusal::REFUSAL_UNSPECIFIED ? $name : "$name " . substr(Refusal::name($refusal), strlen('REFUSAL_'));
    }
}
