<?php

declare(strict_types=1);

namespace ClickBridge\Settings;

use ClickBridge\Config;
use ClickBridge\ConfigFault;

/** The configuration file as the settings page reads and writes it. Config is what the shop runs on. */
final class SettingsFile
{
    /** The token is in it: for PHP and its group, and for nobody else on the machine. */
    private const MODE = 0640;
    private const SUFFIX_BYTES = 6;

    public function __construct(private readonly string $path)
    {
    }

    /** @return array<mixed> empty when there is none, or none that can be read */
    public function values(): array
    {
        $values = is_file($this->path) ? Config::values($this->path) : [];
        return $values instanceof ConfigFault ? [] : $values;
    }

    /**
     * In one step: a callback that comes meanwhile reads the old file or the new one.
     *
     * @param array<mixed> $values
     * @return bool false when the folder cannot be written; the old file is as it was
     */
    public function write(array $values): bool
    {
        $text = "<?php\n\n// Written by the settings page of the module clickbridge.payment.\nreturn " . var_export($values, true) . ";\n";
        // Not .php: what a crash leaves behind is no page.
        $temporary = "$this->path." . bin2hex(random_bytes(self::SUFFIX_BYTES)) . '.tmp';
        $isWritten = @touch($temporary) && @chmod($temporary, self::MODE)
            && @file_put_contents($temporary, $text) === strlen($text) && @rename($temporary, $this->path);
        if (!$isWritten) {
            @unlink($temporary);
            return false;
        }
        // Else PHP may go on with what it has compiled of the old one.
        if (function_exists('opcache_invalidate')) {
            @opcache_invalidate($this->path, true);
        }
        return true;
    }
}
