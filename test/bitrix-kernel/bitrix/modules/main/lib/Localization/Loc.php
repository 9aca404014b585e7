<?php

declare(strict_types=1);

namespace Bitrix\Main\Localization;

use Bitrix\Main\Context;
use StandIn\Hit;

/** The messages of the hit, from the `lang/<language>/` folder nearest above the file that asks for them. */
final class Loc
{
    /** What a language falls back to; every other one has English. */
    private const DEFAULT_LANGUAGE = ['ru' => 'ru', 'by' => 'ru', 'kz' => 'ru'];

    /** @var array<string, string> */
    private array $messages = [];

    /** @param array<string, string>|null $replace */
    public static function getMessage(string $code, ?array $replace = null, ?string $language = null): ?string
    {
        $message = self::ofHit()->messages[$code] ?? null;
        return $message === null || $replace === null ? $message : strtr($message, $replace);
    }

    public static function loadMessages(string $file): void
    {
        $language = Context::getCurrent()->getLanguage();
        for ($folder = dirname($file); $folder !== '/' && $folder !== '.'; $folder = dirname($folder)) {
            if (is_dir("$folder/lang")) {
                $name = substr($file, strlen($folder));
                self::ofHit()->load("$folder/lang/" . (self::DEFAULT_LANGUAGE[$language] ?? 'en') . $name);
                self::ofHit()->load("$folder/lang/$language$name");
                return;
            }
        }
    }

    /** @return array<string, string> the messages that this hit has */
    public static function loadLanguageFile(string $file): array
    {
        self::loadMessages($file);
        return self::ofHit()->messages;
    }

    private function load(string $file): void
    {
        if (is_file($file)) {
            $MESS = [];
            include $file;
            $this->messages = $MESS + $this->messages;
        }
    }

    private static function ofHit(): self
    {
        return Hit::current()->keep(self::class, static fn() => new self());
    }
}
