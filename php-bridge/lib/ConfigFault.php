<?php

declare(strict_types=1);

namespace ClickBridge;

/** What is wrong with the configuration file, as a sentence that names keys but never values. */
final class ConfigFault
{
    public function __construct(public readonly string $message)
    {
    }
}
