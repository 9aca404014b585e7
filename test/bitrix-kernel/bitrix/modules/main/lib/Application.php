<?php

declare(strict_types=1);

namespace Bitrix\Main;

use Bitrix\Main\Data\ConnectionPool;
use Bitrix\Main\DB\Connection;
use StandIn\Hit;

class Application
{
    private ?ConnectionPool $pool = null;
    private ?Context $context = null;

    public static function getInstance(): self
    {
        return Hit::current()->keep(self::class, static fn() => new self());
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

    /** Ends the hit. */
    public function end(int $status = 0): never
    {
        exit($status);
    }
}
