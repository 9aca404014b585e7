<?php

declare(strict_types=1);

namespace Bitrix\Main\Data;

use Bitrix\Main\DB\Connection;
use Bitrix\Main\DB\MysqliConnection;
use StandIn\Hit;
use StandIn\PooledConnection;

/**
 * The connections of the hit. With a slave (module `cluster`) every SELECT goes there until this hit has written one of its tables:
 * the slave may lag, so what it says may be the past.
 */
class ConnectionPool
{
    public const DEFAULT_CONNECTION_NAME = 'default';

    private ?Connection $master = null;
    private ?Connection $slave = null;
    private int $masterOnly = 0;
    /** @var array<string, true> */
    private array $written = [];

    public function getConnection(string $name = ''): Connection
    {
        return $this->master ??= new PooledConnection(self::configuration(), $this);
    }

    /** Asked for twice, it has to be given back twice. */
    public function useMasterOnly(bool $mode): void
    {
        $this->masterOnly += $mode ? 1 : -1;
    }

    /** The slave when this statement may read the past, else null. */
    public function getSlaveConnection(string $sql): ?Connection
    {
        $database = Hit::current()->testSetting('slave_database');
        if (preg_match('/^\s*(?:insert\s+(?:ignore\s+)?into|replace\s+into|update|delete\s+from)\s+`?(\w+)/i', $sql, $match) === 1) {
            $this->written[strtolower($match[1])] = true;
            return null;
        }
        $isFree = $database !== null && $this->masterOnly <= 0
            && preg_match('/^\s*select\b/i', $sql) === 1 && !str_contains(strtolower($sql), 'get_lock(');
        if (!$isFree || $this->readsWhatWasWritten($sql)) {
            return null;
        }
        return $this->slave ??= new MysqliConnection(['database' => (string) $database] + self::configuration());
    }

    /** @return array{host: string, database: string, login: string, password: string} */
    private static function configuration(): array
    {
        return Hit::current()->setting('connections')['default'];
    }

    private function readsWhatWasWritten(string $sql): bool
    {
        preg_match_all('/\b(?:from|join)\s+`?(\w+)/i', $sql, $matches);
        foreach ($matches[1] as $table) {
            if (isset($this->written[strtolower($table)])) {
                return true;
            }
        }
        return false;
    }
}
