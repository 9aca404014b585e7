<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Outcome;
use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest\Refusal;

/** The result of an order update. */
final class ApplyResult
{
    private const DETAIL_CHARACTERS_MAX = 250;

    private function __construct(
        public readonly int $outcome,
        public readonly int $refusal,
        public readonly string $detail,
        public readonly bool $inParts = false,
    ) {
    }

    /** The database shows it. */
    public static function applied(): self
    {
        return new self(Outcome::OUTCOME_APPLIED, Refusal::REFUSAL_UNSPECIFIED, '');
    }

    /** The database shows it, but the save stopped and could not be rolled back: an operator must check what is missing. */
    public static function appliedInParts(string $detail): self
    {
        return new self(Outcome::OUTCOME_APPLIED, Refusal::REFUSAL_UNSPECIFIED, self::cut($detail), true);
    }

    public function isApplied(): bool
    {
        return $this->outcome === Outcome::OUTCOME_APPLIED;
    }

    public function isRetry(): bool
    {
        return $this->outcome === Outcome::OUTCOME_RETRY;
    }

    /**
     * No applier can apply it, or this module is too old: an operator must decide.
     *
     * @param int $refusal one of Refusal's numbers
     */
    public static function refused(int $refusal, string $detail): self
    {
        return new self(Outcome::OUTCOME_REFUSED, $refusal, self::cut($detail));
    }

    /** It failed this time and will be retried. */
    public static function retry(string $detail): self
    {
        return new self(Outcome::OUTCOME_RETRY, Refusal::REFUSAL_UNSPECIFIED, self::cut($detail));
    }

    /** A site with an old encoding may return text that is not UTF-8, on which a protobuf string throws. */
    private static function cut(string $detail): string
    {
        return mb_substr(mb_scrub($detail, 'UTF-8'), 0, self::DETAIL_CHARACTERS_MAX, 'UTF-8');
    }
}
