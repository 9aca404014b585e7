<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Data\ConnectionPool;
use Bitrix\Main\DB\MysqliConnection;

/** A connection that asks its pool where a SELECT goes. */
final class PooledConnection extends MysqliConnection
{
    /** @param array{host: string, database: string, login: string, password: string} $configuration */
    public function __construct(array $configuration, ConnectionPool $pool)
    {
        parent::__construct($configuration);
        $this->pool = \WeakReference::create($pool);
    }
}
