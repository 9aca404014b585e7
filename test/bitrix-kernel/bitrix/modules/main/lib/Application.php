<?php

declare(strict_types=1);

namespace Bitrix\Main;

use Bitrix\Main\Data\ConnectionPool;
use Bitrix\Main\DB\Connection;
use StandIn\Hit;

abstract class Application
{
    private ?ConnectionPool $pool = null;
    private ?Context $context = null;
    /** @var list<array{callable, array<mixed>}> */
    private array $jobs = [];
    private bool $isTerminating = false;

    public static function getInstance(): self
    {
        return Hit::current()->keep(self::class, static fn() => new HttpApplication());
    }

    public static function getConnection(string $name = ConnectionPool::DEFAULT_CONNECTION_NAME): Connection
    {
        return self::getInstance()->getConnectionPool()->getConnection($name);
    }

    public static function getDocumentRoot(): string
    {
        return Hit::current()->documentRoot;
    }

    public function getConnectionPool(): ConnectionPool
    {
        return $this->pool ??= new ConnectionPool();
    }

    public function getContext(): Context
    {
        return $this->context ??= new Context();
    }

    /**
     * Puts work off to the end of the hit.
     *
     * @param array<mixed> $args
     */
    public function addBackgroundJob(callable $job, array $args = []): self
    {
        $this->jobs[] = [$job, $args];
        return $this;
    }

    /** Sends the response, headers first, and ends the hit. PHP warns when a response is out already. */
    public function end(int $status = 0): void
    {
        header('X-Powered-CMS: Bitrix Site Manager');
        $this->terminate($status);
    }

    /** Ends the hit without a response: what waits for its end runs now. Called again from there it returns. */
    public function terminate(int $status = 0): void
    {
        if ($this->isTerminating) {
            return;
        }
        $this->isTerminating = true;
        (new Event('main', 'OnAfterEpilog'))->send();
        foreach ($this->jobs as [$job, $args]) {
            $job(...$args);
        }
        exit($status);
    }
}
