<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Event
{
    /** @var list<EventResult> */
    private array $results = [];

    /** @param array<string, mixed> $parameters */
    public function __construct(
        private readonly string $moduleId,
        private readonly string $type,
        private readonly array $parameters = [],
    ) {
    }

    public function getModuleId(): string
    {
        return $this->moduleId;
    }

    public function getEventType(): string
    {
        return $this->type;
    }

    /** @return array<string, mixed> */
    public function getParameters(): array
    {
        return $this->parameters;
    }

    public function getParameter(string $name): mixed
    {
        return $this->parameters[$name] ?? null;
    }

    /** @return list<EventResult> */
    public function getResults(): array
    {
        return $this->results;
    }

    public function addResult(EventResult $result): void
    {
        $this->results[] = $result;
    }

    public function send(): void
    {
        EventManager::getInstance()->send($this);
    }
}
