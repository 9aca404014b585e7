<?php

declare(strict_types=1);

namespace Bitrix\Main;

use StandIn\Hit;

class EventManager
{
    /** @var array<string, list<callable>> */
    private array $handlers = [];

    public static function getInstance(): self
    {
        return Hit::current()->keep(self::class, static fn() => new self());
    }

    /** Returns the handler's number in its event, as a key to it. */
    public function addEventHandler(string $fromModuleId, string $eventType, callable $callback): int
    {
        $this->handlers[self::key($fromModuleId, $eventType)][] = $callback;
        return count($this->handlers[self::key($fromModuleId, $eventType)]) - 1;
    }

    /** @return list<callable> */
    public function handlersOf(string $moduleId, string $eventType): array
    {
        return $this->handlers[self::key($moduleId, $eventType)] ?? [];
    }

    private static function key(string $moduleId, string $eventType): string
    {
        return strtolower("$moduleId:$eventType");
    }
}
