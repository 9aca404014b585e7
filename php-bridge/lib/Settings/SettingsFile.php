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
    /** Until it takes the file's place. */
    private const TEMPORARY_MODE = 0600;
    private const SUFFIX_BYTES = 6;
    /** A page that is at it needs no second. */
    private const LEFT_BEHIND_SECONDS = 60;

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
        $this->sweep();
        // Not .php: what a crash leaves behind is no page.
        $temporary = "$this->path." . bin2hex(random_bytes(self::SUFFIX_BYTES)) . '.tmp';
        $isWritten = @touch($temporary) && @chmod($temporary, self::TEMPORARY_MODE)
            && @file_put_contents($temporary, $text) === strlen($text) && @chmod($temporary, self::MODE)
            && @rename($temporary, $this->path);
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

    /** With all that was left beside it. */
    public function remove(): void
    {
        $this->sweep(0);
        if (is_file($this->path)) {
            unlink($this->path);
        }
    }

    /** Takes away what a page that was killed while it wrote has left: tokens are in it. */
    public function sweep(int $agoSeconds = self::LEFT_BEHIND_SECONDS): void
    {
        $pattern = addcslashes($this->path, '*?[]{}\\') . '.*.tmp';
        foreach (glob($pattern) ?: [] as $file) {
            if ((int) @filemtime($file) <= time() - $agoSeconds) {
                @unlink($file);
            }
        }
    }
}
