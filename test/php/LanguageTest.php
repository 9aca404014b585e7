<?php

declare(strict_types=1);

namespace ClickBridge\Test;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** Every language has every message. */
final class LanguageTest extends TestCase
{
    private const HANDLER = __DIR__ . '/../../php-bridge/handler/clickbridge';

    /** @return array<string, array{string, string}> */
    public static function files(): array
    {
        return [
            'the handler' => [self::HANDLER . '/lang', 'handler.php'],
            'its description' => [self::HANDLER . '/lang', '.description.php'],
            'the template' => [self::HANDLER . '/template/lang', 'template.php'],
        ];
    }

    #[TestDox('$_dataName')]
    #[DataProvider('files')]
    public function testKeys(string $folder, string $file): void
    {
        $messages = array_map(static fn(string $language) => self::messages("$folder/$language/$file"), ['ru', 'uz', 'en']);

        self::assertNotSame([], $messages[0]);
        self::assertSame(array_keys($messages[0]), array_keys($messages[1]));
        self::assertSame(array_keys($messages[0]), array_keys($messages[2]));
    }

    /** @return array<string, string> */
    private static function messages(string $file): array
    {
        $MESS = [];
        include $file;
        return $MESS;
    }
}
