<?php

declare(strict_types=1);

namespace ClickBridge\Test\Install;

use ClickBridge\Install\Files;
use ClickBridge\Test\Support\TemporaryFolder;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** What the installer puts into a shop; test/e2e/install/module-life.test.ts does it with a whole module. */
final class FilesTest extends TestCase
{
    private string $folder;
    private Files $files;

    protected function setUp(): void
    {
        $this->folder = TemporaryFolder::make('clickbridge-files-');
        foreach (['install/tools/click/page.php', 'install/tools/click/.htaccess', 'public/page.php', 'public/page.css'] as $name) {
            $this->put("module/$name", "of the module: $name");
        }
        $this->files = new Files("$this->folder/module", [
            'install/tools' => "$this->folder/shop/tools",
            'public' => "$this->folder/shop/tools/click",
        ]);
    }

    protected function tearDown(): void
    {
        TemporaryFolder::remove($this->folder);
    }

    #[TestDox('stubs and what stands beside a page are copied, pages themselves are not')]
    public function testCopy(): void
    {
        self::assertCount(3, $this->files->changed());

        $this->files->copy();

        self::assertSame([], $this->files->changed());
        self::assertSame(['.htaccess', 'page.css', 'page.php'], $this->there());
        self::assertStringEqualsFile("$this->folder/shop/tools/click/page.php", 'of the module: install/tools/click/page.php');
    }

    #[TestDox('one that was changed is named, and written anew')]
    public function testChanged(): void
    {
        $this->files->copy();
        $this->put('shop/tools/click/page.css', 'of another version');

        $changed = $this->files->changed();
        $this->files->copy();

        self::assertSame(["$this->folder/shop/tools/click/page.css"], $changed);
        self::assertSame([], $this->files->changed());
    }

    #[TestDox('a link to a file or to a folder of the module is taken away, and what it leads to stays as it was')]
    public function testLinks(): void
    {
        mkdir("$this->folder/shop/tools", 0755, true);
        symlink("$this->folder/module/public", "$this->folder/shop/tools/click");
        $this->files->copy();
        unlink("$this->folder/shop/tools/click/page.css");
        symlink("$this->folder/module/public/page.css", "$this->folder/shop/tools/click/page.css");
        $this->files->copy();

        self::assertSame([], $this->files->changed());
        self::assertFalse(is_link("$this->folder/shop/tools/click"));
        self::assertFalse(is_link("$this->folder/shop/tools/click/page.css"));
        self::assertStringEqualsFile("$this->folder/module/public/page.php", 'of the module: public/page.php');
    }

    #[TestDox('removed are our own files, and the folders that are empty then')]
    public function testRemove(): void
    {
        $this->files->copy();
        $this->put('shop/tools/others.php', 'of another module');
        $this->files->remove();
        $without = file_exists("$this->folder/shop/tools/click");
        $this->files->copy();
        $this->put('shop/tools/click/own.txt', 'of the shop');
        $this->files->remove();
        $this->files->remove();

        self::assertFalse($without);
        self::assertSame(['own.txt'], $this->there());
        self::assertFileExists("$this->folder/shop/tools/others.php");
    }

    #[TestDox('what is reached through a link to a folder stays when ours are removed, however deep; a link to a file goes itself')]
    public function testRemoveThroughLinks(): void
    {
        $this->put('module/install/tools/click/lang/en/page.php', 'of the module, deep');
        $this->files->copy();
        TemporaryFolder::remove("$this->folder/shop/tools/click");
        // As a shop that works on the module itself: every folder of ours is the module's own.
        symlink("$this->folder/module/install/tools/click", "$this->folder/shop/tools/click");
        $this->files->remove();
        $whole = array_map('file_exists', [
            "$this->folder/module/install/tools/click/page.php",
            "$this->folder/module/install/tools/click/lang/en/page.php",
        ]);
        unlink("$this->folder/shop/tools/click");
        mkdir("$this->folder/shop/tools/click", 0755, true);
        symlink("$this->folder/module/install/tools/click/page.php", "$this->folder/shop/tools/click/page.php");
        $this->files->remove();

        self::assertSame([true, true], $whole);
        self::assertFileExists("$this->folder/module/install/tools/click/page.php");
        self::assertFalse(is_link("$this->folder/shop/tools/click/page.php"));
    }

    #[TestDox('nothing is removed below a place that leads into the module, wherever the link stands')]
    public function testPlaceInTheModule(): void
    {
        mkdir("$this->folder/shop", 0755, true);
        symlink("$this->folder/module/install/tools", "$this->folder/shop/tools");

        $this->files->remove();

        self::assertFileExists("$this->folder/module/install/tools/click/page.php");
        self::assertFileExists("$this->folder/module/install/tools/click/.htaccess");
    }

    private function put(string $path, string $text): void
    {
        if (!is_dir(dirname("$this->folder/$path"))) {
            mkdir(dirname("$this->folder/$path"), 0755, true);
        }
        file_put_contents("$this->folder/$path", $text);
    }

    /** @return list<string> */
    private function there(): array
    {
        return array_values(array_diff(scandir("$this->folder/shop/tools/click") ?: [], ['.', '..']));
    }
}
