<?php

declare(strict_types=1);

namespace ClickBridge\Install;

/** What lies in the shop outside of the module's folder: small files that require the module's own. */
final class Files
{
    /** @param array<string, string> $places folders below install/ => absolute folders of the shop */
    public function __construct(private readonly string $installFolder, private readonly array $places)
    {
    }

    /** Over whatever is there. Paths that are not there afterwards are given by changed(). */
    public function copy(): void
    {
        foreach ($this->places as $from => $to) {
            $this->clearLinks($from, $to);
            CopyDirFiles("$this->installFolder/$from", $to, true, true);
        }
    }

    /** Our files, and the folders that are empty without them: a shop may have put its own beside ours. */
    public function remove(): void
    {
        foreach ($this->places as $from => $to) {
            $names = $this->names($from);
            foreach ($names as $name) {
                if (is_file("$to/$name") && !is_link(dirname("$to/$name"))) {
                    unlink("$to/$name");
                }
            }
            // The deepest first.
            $folders = array_unique(array_map('dirname', $names));
            usort($folders, static fn(string $one, string $other) => substr_count($other, '/') <=> substr_count($one, '/'));
            foreach ($folders as $folder) {
                $path = "$to/$folder";
                if (is_dir($path) && !is_link($path) && array_diff((array) scandir($path), ['.', '..']) === []) {
                    rmdir($path);
                }
            }
        }
    }

    /** @return list<string> absolute paths of those that are missing or are not this version's */
    public function changed(): array
    {
        $changed = [];
        foreach ($this->places as $from => $to) {
            foreach ($this->names($from) as $name) {
                $file = "$to/$name";
                if (!is_file($file) || file_get_contents($file) !== file_get_contents("$this->installFolder/$from/$name")) {
                    $changed[] = $file;
                }
            }
        }
        return $changed;
    }

    /** A shop may have linked these folders to the module's: a copy would be written through the link, over the very files that it requires. */
    private function clearLinks(string $from, string $to): void
    {
        foreach ($this->names($from) as $name) {
            for ($path = $name; $path !== '.'; $path = dirname($path)) {
                if (is_link("$to/$path")) {
                    unlink("$to/$path");
                }
            }
        }
    }

    /** @return list<string> of files, relative to the folder */
    private function names(string $folder, string $below = ''): array
    {
        $names = [];
        foreach (array_diff((array) scandir("$this->installFolder/$folder/$below"), ['.', '..']) as $name) {
            $path = $below === '' ? (string) $name : "$below/$name";
            $isFolder = is_dir("$this->installFolder/$folder/$path");
            $names = [...$names, ...$isFolder ? $this->names($folder, $path) : [$path]];
        }
        return $names;
    }
}
