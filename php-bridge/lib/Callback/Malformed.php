<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

/** A request that cannot be a callback of Click's, with the rule it breaks. The rule never quotes what was sent. */
final class Malformed
{
    public function __construct(public readonly string $rule)
    {
    }
}
