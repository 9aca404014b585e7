<?php

declare(strict_types=1);

namespace ClickBridge\Test;

use FilesystemIterator;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;
use SplFileInfo;

/** What the module says in three languages. Bitrix shows nothing at all for a key that is missing. */
final class LanguageTest extends TestCase
{
    private const BRIDGE = __DIR__ . '/../../php-bridge';
    private const LANGUAGES = ['en', 'ru', 'uz'];
    /** A literal of this form in the code is a key, or the beginning of one with these ends. */
    private const KEY = '/[\'"](CLICK(?:BRIDGE)?_[A-Z0-9_]+)[\'"]/';
    /** A literal of this form may be a key without its beginning. */
    private const REST = '/[\'"]([A-Z][A-Z0-9_]*)[\'"]/';
    /** A literal of this form is what keys begin with that the code puts together. */
    private const BEGINNING = '/[\'"](?:CLICKBRIDGE_)?([A-Z]+_)(?:\$|[\'"])/';
    private const ENDS = ['_NAME', '_DESCRIPTION'];
    /** Of the environment, a global, and a reason of the service's. */
    private const NO_KEYS = ['CLICKBRIDGE_CONFIG', 'CLICKBRIDGE_UZS_REPORT', 'CLICK_REFUSED'];

    #[TestDox('each language has the files of the others, and each file their keys, none of them empty in one language alone')]
    public function testSameKeys(): void
    {
        $russian = self::messages('ru');

        foreach (self::LANGUAGES as $language) {
            $messages = self::messages($language);
            self::assertSame(array_keys($russian), array_keys($messages), $language);
            foreach ($messages as $file => $texts) {
                self::assertSame(array_keys($russian[$file]), array_keys($texts), "$language $file");
                // One that says nothing says nothing in any language.
                self::assertSame(self::emptyKeys($russian[$file]), self::emptyKeys($texts), "$language $file");
            }
        }
    }

    #[TestDox('a text has the same places for values in every language')]
    public function testSamePlaceholders(): void
    {
        $russian = self::placeholders('ru');

        self::assertNotSame([], array_filter($russian));
        foreach (self::LANGUAGES as $language) {
            self::assertSame($russian, self::placeholders($language), $language);
        }
    }

    #[TestDox('every key that the code uses is there, and every key that is there is used')]
    public function testUsedKeys(): void
    {
        $known = array_keys(array_merge(...array_values(self::messages('ru'))));
        $used = array_values(array_diff(self::found(self::KEY), self::NO_KEYS));

        $begins = static fn(string $key): bool => array_filter(
            self::found(self::BEGINNING),
            static fn(string $beginning) => str_starts_with($key, "CLICKBRIDGE_$beginning")
        ) !== [];
        $rests = self::found(self::REST);
        $isUsed = static fn(string $key): bool => in_array($key, $used, true) || $begins($key)
            || in_array(preg_replace('/^CLICKBRIDGE_/', '', $key), $rests, true)
            || array_filter(self::ENDS, static fn(string $end) => in_array(preg_replace("/$end$/D", '', $key), $used, true)) !== [];
        $isThere = static fn(string $literal): bool => in_array($literal, $known, true) || in_array("{$literal}_NAME", $known, true);

        self::assertSame([], array_values(array_filter($used, static fn(string $literal) => !$isThere($literal))), 'missing');
        self::assertSame([], array_values(array_filter($known, static fn(string $key) => !$isUsed($key))), 'unused');
    }

    #[TestDox('Uzbek is written in its own letters')]
    public function testApostrophes(): void
    {
        // o‘ and g‘ have U+2018, the tutuq belgisi is U+2019: a typewriter's apostrophe is neither.
        $plain = array_filter(self::allTexts('uz'), static fn(string $text) => preg_match("/[a-z]'[a-z]/i", $text) === 1);

        self::assertSame([], $plain);
    }

    /** @return array<string, list<string>> by file and key */
    private static function placeholders(string $language): array
    {
        $placeholders = [];
        foreach (self::messages($language) as $file => $texts) {
            foreach ($texts as $key => $text) {
                preg_match_all('/#[A-Z_]+#/', $text, $found);
                sort($found[0]);
                $placeholders["$file $key"] = $found[0];
            }
        }
        return $placeholders;
    }

    /** @return array<string, string> */
    private static function allTexts(string $language): array
    {
        return array_merge(...array_values(self::messages($language)));
    }

    /** @return array<string, array<string, string>> the texts of each language file, by the file's path without the language */
    private static function messages(string $language): array
    {
        $messages = [];
        foreach (self::files() as $path) {
            if (str_contains($path, "/lang/$language/")) {
                $MESS = [];
                include self::BRIDGE . $path;
                $messages[str_replace("/lang/$language/", '/lang/', $path)] = $MESS;
            }
        }
        ksort($messages);
        return $messages;
    }

    /**
     * @param array<string, string> $texts
     * @return list<string>
     */
    private static function emptyKeys(array $texts): array
    {
        return array_keys(array_filter($texts, static fn(string $text) => trim($text) === ''));
    }

    /** @return list<string> the pattern's first group, wherever it is found in the code */
    private static function found(string $pattern): array
    {
        $matches = [];
        foreach (self::files() as $path) {
            if (!str_contains($path, '/lang/')) {
                preg_match_all($pattern, (string) file_get_contents(self::BRIDGE . $path), $found);
                array_push($matches, ...$found[1]);
            }
        }
        return array_values(array_unique($matches));
    }

    /** @return list<string> our own PHP files, below the folder */
    private static function files(): array
    {
        $files = [];
        $folder = new RecursiveDirectoryIterator((string) realpath(self::BRIDGE), FilesystemIterator::SKIP_DOTS);
        /** @var SplFileInfo $file */
        foreach (new RecursiveIteratorIterator($folder) as $file) {
            $path = substr($file->getPathname(), strlen((string) realpath(self::BRIDGE)));
            if ($file->getExtension() === 'php' && preg_match('~^/(vendor|generated)/~', $path) !== 1) {
                $files[] = $path;
            }
        }
        sort($files);
        return $files;
    }
}
