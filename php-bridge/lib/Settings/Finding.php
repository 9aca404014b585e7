<?php

declare(strict_types=1);

namespace ClickBridge\Settings;

/** What a check found. */
final class Finding
{
    /**
     * @param string $message code in lang/<language>/options.php
     * @param string $detail  for its `#DETAIL#`
     * @param string $link    a page to open about it
     */
    public function __construct(
        public readonly string $message,
        public readonly bool $isGood,
        public readonly string $detail = '',
        public readonly string $link = '',
    ) {
    }
}
