<?php

declare(strict_types=1);

namespace Bitrix\Sale\Services\Base;

/** @implements \IteratorAggregate<int, RestrictionInfo> */
final class RestrictionInfoCollection implements \IteratorAggregate
{
    /** @var list<RestrictionInfo> */
    private array $items = [];

    public function __construct(RestrictionInfo ...$items)
    {
        $this->items = array_values($items);
    }

    /** @return \ArrayIterator<int, RestrictionInfo> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->items);
    }
}
