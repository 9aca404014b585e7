<?php

declare(strict_types=1);

namespace ClickBridge\Setup;

/** What was done to the currency, and what is left for a person, in the language of the page. */
final class CurrencyReport
{
    /**
     * @param list<string> $changes  what was changed, one sentence each; empty when everything was right
     * @param list<string> $problems what is wrong and was left alone: rates, the base currency, what Bitrix refused
     * @param list<int>    $openPaySystems ours that are offered for orders in other currencies too; `CurrencySetup::restrict()` ends that
     */
    public function __construct(
        public readonly array $changes,
        public readonly array $problems,
        public readonly array $openPaySystems,
    ) {
    }

    /** Nothing to do, neither for the button nor for a person. */
    public function isSound(): bool
    {
        return $this->problems === [] && $this->openPaySystems === [];
    }
}
