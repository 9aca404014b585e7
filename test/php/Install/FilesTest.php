<?php

declare(strict_types=1);

namespace ClickBridge\Test\Install;

use ClickBridge\Install\Files;
use ClickBridge\Test\Support\TemporaryFolder;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** What the installer puts into a shop; test/e2e/module-life.test.ts does it with a whole module. */
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
