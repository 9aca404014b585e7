<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Outcome;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Refusal;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Order\Applier;
use ClickBridge\Order\Ending;

/** Tests of the applier on the stand-in kernel. */
abstract class ApplierTestCase extends ShopTestCase
{
    /** Applies one update, and says how it ended: `APPLIED`, `RETRY`, `REFUSED AMOUNT_CHANGED`; null when the service was told nothing. */
    protected function apply(OrderUpdate $update, ?RecordedUpdates $updates = null): ?string
    {
        $updates ??= new RecordedUpdates();
        (new Applier($updates))->apply($update);
        self::assertLessThanOrEqual(1, count($updates->endings));
        return $updates->endings === [] ? null : self::words($updates->endings[0]);
    }

    private static function words(Ending $ending): string
    {
        $outcome = substr(Outcome::name($ending->outcome), strlen('OUTCOME_'));
        return $ending->refusal === Refusal::REFUSAL_UNSPECIFIED
            ? $outcome
            : "$outcome " . substr(Refusal::name($ending->refusal), strlen('REFUSAL_'));
    }
}
