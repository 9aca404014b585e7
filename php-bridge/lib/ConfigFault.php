<?php

declare(strict_types=1);

namespace ClickBridge;

/** Why the service cannot be called, mostly what is wrong with the configuration file, as a sentence that names keys but never values. */
final class ConfigFault
{
    /** @param string $key of the configuration that is at fault; empty when none is */
    public function __construct(public readonly string $message, public readonly string $key = '')
    {
    }
}
