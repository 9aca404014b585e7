<?php

declare(strict_types=1);

namespace ClickBridge\Install;

/** What lies in the shop outside of the module's folder: small files that require the module's own. */
final class Files
{
    /**
     * @param array<string, string> $places folders of the module => absolute folders of the shop. Below install/ all files are meant,
     *     elsewhere those that are no PHP: what a page of ours needs beside itself.
     */
    public function __construct(private readonly string $moduleFolder, private readonly array $places)
    {
    }

    /** Over whatever is there. Bitrix's function tells nothing of what it could not write: changed() does. */
    public function copy(): void
    {
        foreach ($this->places as $from => $to) {
            foreach ($this->names($from) as $name) {
                self::clearLinks($to, $name);
                CopyDirFiles("$this->moduleFolder/$from/$name", "$to/$name");
            }
        }
    }

    /** Our files, and the folders that are empty without them: a shop may have put its own beside ours. No link is followed. */
    public function remove(): void
    {
        $folders = [];
        foreach ($this->places as $from => $to) {
            foreach ($this->names($from) as $name) {
                $file = "$to/$name";
                if ((is_file($file) || is_link($file)) && !$this->isElsewhere($to, $name)) {
                    unlink($file);
                    $folders[dirname($file)] = substr_count(dirname($file), '/');
                }
            }
        }
        arsort($folders);
        foreach (array_keys($folders) as $folder) {
            if (array_diff((array) scandir($folder), ['.', '..']) === []) {
                rmdir($folder);
            }
        }
    }

    /** Behind a link of the shop's, or in the module's own folder: what is removed there would be the very file that others require. */
    private function isElsewhere(string $to, string $name): bool
    {
        for ($path = dirname($name); $path !== '.'; $path = dirname($path)) {
            if (is_link("$to/$path")) {
                return true;
            }
        }
        $folder = (string) realpath(dirname("$to/$name"));
        return is_link($to) || str_starts_with("$folder/", realpath($this->moduleFolder) . '/');
    }

    /** @return list<string> absolute paths of those that are missing or are not this version's */
    public function changed(): array
    {
        $changed = [];
        foreach ($this->places as $from => $to) {
            foreach ($this->names($from) as $name) {
                $file = "$to/$name";
                if (!is_file($file) || file_get_contents($file) !== file_get_contents("$this->moduleFolder/$from/$name")) {
                    $changed[] = $file;
                }
            }
        }
        return $changed;
    }

    /** A shop may have linked these folders to the module's: a copy would be written through the link, over the very file that it requires. */
    private static function clearLinks(string $to, string $name): void
    {
        for ($path = $name; $path !== '.'; $path = dirname($path)) {
            if (is_link("$to/$path")) {
                unlink("$to/$path");
            }
        }
    }

    /** @return list<string> of files, relative to the folder */
    private function names(string $folder, string $below = ''): array
    {
        $names = [];
        foreach (array_diff((array) scandir("$this->moduleFolder/$folder/$below"), ['.', '..']) as $name) {
            $path = $below === '' ? (string) $name : "$below/$name";
            if (is_dir("$this->moduleFolder/$folder/$path")) {
                $names = [...$names, ...$this->names($folder, $path)];
            } elseif (str_starts_with($folder, 'install/') || !str_ends_with($path, '.php')) {
                $names[] = $path;
            }
        }
        return $names;
    }
}
