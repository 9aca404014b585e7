<?php

declare(strict_types=1);

namespace Bitrix\Main\Composite;

use StandIn\Hit;

/** The cache of whole pages, which everybody who is not signed in gets. */
class Page
{
    private bool $isCacheable = true;

    public static function getInstance(): self
    {
        return Hit::current()->keep(self::class, static fn() => new self());
    }

    public function markNonCacheable(): void
    {
        $this->isCacheable = false;
    }

    public function isCacheable(): bool
    {
        return $this->isCacheable;
    }
}
