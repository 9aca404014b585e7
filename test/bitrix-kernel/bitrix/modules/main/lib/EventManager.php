<?php

declare(strict_types=1);

namespace Bitrix\Main;

use StandIn\Hit;

class EventManager
{
    /** @var array<string, list<callable>> */
    private array $handlers = [];
    /** @var array<string, list<callable>>|null */
    private ?array $registered = null;

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

    /** For all hits to come: a method of a module, which is included before it is called. Registered again it stays one. */
    public function registerEventHandlerCompatible(
        string $fromModuleId,
        string $eventType,
        string $toModuleId,
        string $toClass = '',
        string $toMethod = '',
    ): void {
        $connection = Application::getConnection();
        $values = $connection->getSqlHelper()->assignments([
            'FROM_MODULE_ID' => $fromModuleId,
            'MESSAGE_ID' => $eventType,
            'TO_MODULE_ID' => $toModuleId,
            'TO_CLASS' => $toClass,
            'TO_METHOD' => $toMethod,
            'UNIQUE_ID' => md5(strtolower(implode('/', func_get_args()))),
        ]);
        $connection->queryExecute("INSERT IGNORE INTO b_module_to_module SET $values");
    }

    public function unRegisterEventHandler(
        string $fromModuleId,
        string $eventType,
        string $toModuleId,
        string $toClass = '',
        string $toMethod = '',
    ): void {
        $id = md5(strtolower(implode('/', func_get_args())));
        Application::getConnection()->queryExecute("DELETE FROM b_module_to_module WHERE UNIQUE_ID = '$id'");
    }

    /** @return list<callable> */
    public function handlersOf(string $moduleId, string $eventType): array
    {
        $registered = $this->registered()[self::key($moduleId, $eventType)] ?? [];
        return [...$this->handlers[self::key($moduleId, $eventType)] ?? [], ...$registered];
    }

    /** @return array<string, list<callable>> read once a hit */
    private function registered(): array
    {
        if ($this->registered === null) {
            $this->registered = [];
            foreach (Application::getConnection()->query('SELECT * FROM b_module_to_module ORDER BY ID')->fetchAll() as $row) {
                $call = static fn(mixed ...$arguments): mixed => self::callModule($row, $arguments);
                $this->registered[self::key($row['FROM_MODULE_ID'], $row['MESSAGE_ID'])][] = $call;
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
