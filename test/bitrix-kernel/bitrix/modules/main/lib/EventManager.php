<?php

declare(strict_types=1);

namespace Bitrix\Main;

use StandIn\Hit;

/**
 * Who listens to which event. One of the new style is given the event, one of the old style its parameters, and no names.
 *
 * @phpstan-type Handler array{SORT: int, CALLBACK: callable, VERSION: int, TO_MODULE_ID: ?string}
 */
class EventManager
{
    private const OLD_STYLE = 1;
    private const NEW_STYLE = 2;
    private const DEFAULT_SORT = 100;

    /** @var array<string, array<int, Handler>> */
    private array $handlers = [];
    /** @var array<string, list<Handler>>|null */
    private ?array $registered = null;

    public static function getInstance(): self
    {
        return Hit::current()->keep(self::class, static fn() => new self());
    }

    /**
     * Returns the handler's number in its event, as a key to it.
     *
     * @param string|false $includeFile
     */
    public function addEventHandler(
        string $fromModuleId,
        string $eventType,
        callable $callback,
        string|bool $includeFile = false,
        int $sort = self::DEFAULT_SORT,
    ): int {
        return $this->add($fromModuleId, $eventType, $callback, $sort, self::NEW_STYLE);
    }

    /** @param string|false $includeFile */
    public function addEventHandlerCompatible(
        string $fromModuleId,
        string $eventType,
        callable $callback,
        string|bool $includeFile = false,
        int $sort = self::DEFAULT_SORT,
    ): int {
        return $this->add($fromModuleId, $eventType, $callback, $sort, self::OLD_STYLE);
    }

    public function removeEventHandler(string $fromModuleId, string $eventType, int $number): bool
    {
        $key = self::key($fromModuleId, $eventType);
        $isThere = isset($this->handlers[$key][$number]);
        unset($this->handlers[$key][$number]);
        return $isThere;
    }

    /** For all hits to come: a method of a module, which is included before it is called. Registered again it stays one. */
    public function registerEventHandler(
        string $fromModuleId,
        string $eventType,
        string $toModuleId,
        string $toClass = '',
        string $toMethod = '',
        int $sort = self::DEFAULT_SORT,
    ): void {
        self::register(self::names($fromModuleId, $eventType, $toModuleId, $toClass, $toMethod), $sort, self::NEW_STYLE);
    }

    /** The same for one of the old style. The two stand beside each other. */
    public function registerEventHandlerCompatible(
        string $fromModuleId,
        string $eventType,
        string $toModuleId,
        string $toClass = '',
        string $toMethod = '',
        int $sort = self::DEFAULT_SORT,
    ): void {
        self::register(self::names($fromModuleId, $eventType, $toModuleId, $toClass, $toMethod), $sort, self::OLD_STYLE);
    }

    /** Of either style. */
    public function unRegisterEventHandler(
        string $fromModuleId,
        string $eventType,
        string $toModuleId,
        string $toClass = '',
        string $toMethod = '',
    ): void {
        $connection = Application::getConnection();
        $conditions = [];
        foreach (self::names($fromModuleId, $eventType, $toModuleId, $toClass, $toMethod) as $name => $value) {
            $conditions[] = "$name = {$connection->getSqlHelper()->convertToDbString($value)}";
        }
        $connection->queryExecute('DELETE FROM b_module_to_module WHERE ' . implode(' AND ', $conditions));
    }

    /** @return list<Handler> the smallest SORT first, then in the order of adding, those of this hit before the registered ones */
    public function findEventHandlers(string $fromModuleId, string $eventType): array
    {
        $key = self::key($fromModuleId, $eventType);
        $handlers = [...array_values($this->handlers[$key] ?? []), ...$this->registered()[$key] ?? []];
        usort($handlers, static fn(array $one, array $other) => $one['SORT'] <=> $other['SORT']);
        return $handlers;
    }

    /** A listener that throws stops the listeners after it, and the sender. */
    public function send(Event $event): void
    {
        foreach ($this->findEventHandlers($event->getModuleId(), $event->getEventType()) as $handler) {
            $isOld = $handler['VERSION'] === self::OLD_STYLE;
            $answer = $isOld ? $handler['CALLBACK'](...array_values($event->getParameters())) : $handler['CALLBACK']($event);
            if ($answer instanceof EventResult) {
                $event->addResult($answer);
            } elseif ($answer !== null && $answer !== false) {
                $event->addResult(new EventResult(EventResult::UNDEFINED, $answer, $handler['TO_MODULE_ID']));
            }
        }
    }

    private function add(string $fromModuleId, string $eventType, callable $callback, int $sort, int $version): int
    {
        $handlers = &$this->handlers[self::key($fromModuleId, $eventType)];
        $handlers[] = ['SORT' => $sort, 'CALLBACK' => $callback, 'VERSION' => $version, 'TO_MODULE_ID' => null];
        return (int) array_key_last($handlers);
    }

    /** @return array<string, string> */
    private static function names(string $fromModuleId, string $eventType, string $toModuleId, string $toClass, string $toMethod): array
    {
        return [
            'FROM_MODULE_ID' => $fromModuleId,
            'MESSAGE_ID' => $eventType,
            'TO_MODULE_ID' => $toModuleId,
            'TO_CLASS' => $toClass,
            'TO_METHOD' => $toMethod,
        ];
    }

    /** @param array<string, string> $names */
    private static function register(array $names, int $sort, int $version): void
    {
        $connection = Application::getConnection();
        $uniqueId = md5(strtolower(implode('/', [...array_values($names), $version])));
        $values = $connection->getSqlHelper()->assignments($names + ['SORT' => $sort, 'VERSION' => $version, 'UNIQUE_ID' => $uniqueId]);
        $connection->queryExecute("INSERT IGNORE INTO b_module_to_module SET $values");
    }

    /** @return array<string, list<Handler>> read once a hit */
    private function registered(): array
    {
        if ($this->registered === null) {
            $this->registered = [];
            foreach (Application::getConnection()->query('SELECT * FROM b_module_to_module ORDER BY ID')->fetchAll() as $row) {
                $this->registered[self::key($row['FROM_MODULE_ID'], $row['MESSAGE_ID'])][] = [
                    'SORT' => (int) $row['SORT'],
                    'CALLBACK' => static fn(mixed ...$arguments): mixed => self::callModule($row, $arguments),
                    'VERSION' => (int) $row['VERSION'],
                    'TO_MODULE_ID' => $row['TO_MODULE_ID'],
                ];
            }
        }
        return $this->registered;
    }

    /**
     * Nothing happens when the module is gone.
     *
     * @param array<string, string> $row
     * @param array<mixed> $arguments
     */
    private static function callModule(array $row, array $arguments): mixed
    {
        $method = [$row['TO_CLASS'], $row['TO_METHOD']];
        return Loader::includeModule($row['TO_MODULE_ID']) && is_callable($method) ? $method(...$arguments) : null;
    }

    private static function key(string $moduleId, string $eventType): string
    {
        return strtolower("$moduleId:$eventType");
    }
}
