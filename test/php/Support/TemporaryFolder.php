<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use RuntimeException;

final class TemporaryFolder
{
    private const NAME_BYTES = 6;

    /** A new folder that others may pass through. Short, for a socket's path may have 107 bytes. */
    public static function make(string $prefix): string
    {
        $folder = sys_get_temp_dir() . '/' . $prefix . bin2hex(random_bytes(self::NAME_BYTES));
        if (!mkdir($folder, 0711)) {
            throw new RuntimeException("cannot make $folder");
        }
        return $folder;
    }

    /** With all that is in it. Links are removed, not followed. */
    public static function remove(string $path): void
    {
        if (is_link($path) || is_file($path) || (file_exists($path) && filetype($path) === 'fifo')) {
            unlink($path);
            return;
        }
        foreach (is_dir($path) ? array_diff((array) scandir($path), ['.', '..']) : [] as $name) {
            self::remove("$path/$name");
        }
        if (is_dir($path)) {
            rmdir($path);
        } elseif (file_exists($path)) {
            unlink($path);
        }
    }
}
