<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

use Bitrix\Main\Config\Option;
use Bitrix\Main\Data\ConnectionPool;
use StandIn\Hit;
use StandIn\SqlHelper;

/** A MySQL connection as Bitrix opens it: opened at the first statement, and with no sql_mode, so that MySQL cuts what is too long. */
abstract class Connection
{
    private const LOCK_NAME_MAX = 64;
    /** MySQL's number of a broken key. */
    private const DUPLICATE_ENTRY = 1062;

    private ?\mysqli $resource = null;
    private int $transactionLevel = 0;

    /** @var \WeakReference<ConnectionPool>|null weak, so that the end of a hit closes its connections at once */
    protected ?\WeakReference $pool = null;

    /** @param array{host: string, database: string, login: string, password: string} $configuration */
    public function __construct(private readonly array $configuration)
    {
    }

    /** @throws SqlQueryException DuplicateEntryException for a broken key */
    public function query(string $sql): Result
    {
        $slave = $this->pool?->get()?->getSlaveConnection($sql);
        if ($slave !== null) {
            return $slave->query($sql);
        }
        try {
            $result = $this->getResource()->query($sql);
        } catch (\mysqli_sql_exception $error) {
            $class = $error->getCode() === self::DUPLICATE_ENTRY ? DuplicateEntryException::class : SqlQueryException::class;
            throw new $class('Mysql query error', $error->getMessage(), $sql);
        }
        return new MysqliResult($result instanceof \mysqli_result ? $result : null);
    }

    /** The first column of the first row; null when there is no row. */
    public function queryScalar(string $sql): mixed
    {
        $row = $this->query($sql)->fetch();
        return $row === false ? null : reset($row);
    }

    public function queryExecute(string $sql): void
    {
        $this->query($sql);
    }

    public function getInsertedId(): int
    {
        return (int) $this->getResource()->insert_id;
    }

    public function getAffectedRowsCount(): int
    {
        return (int) $this->getResource()->affected_rows;
    }

    /** Inside another it only counts: the commit of the inner one is none. */
    public function startTransaction(): void
    {
        if ($this->transactionLevel === 0) {
            $this->query('START TRANSACTION');
        }
        $this->transactionLevel += 1;
    }

    public function commitTransaction(): void
    {
        $this->transactionLevel = max(0, $this->transactionLevel - 1);
        if ($this->transactionLevel === 0) {
            $this->query('COMMIT');
        }
    }

    /** @throws TransactionException for an inner one, so that the outer one is rolled back too */
    public function rollbackTransaction(): void
    {
        $this->transactionLevel = max(0, $this->transactionLevel - 1);
        if ($this->transactionLevel > 0) {
            throw new TransactionException('an inner transaction cannot be rolled back alone');
        }
        $this->query('ROLLBACK');
    }

    /** MySQL's GET_LOCK under a name that is this site's own. The end of the connection gives it back. */
    public function lock(string $name, int $timeout = 0): bool
    {
        $statement = Hit::current()->testSetting('lock_statement') ?? "SELECT GET_LOCK('{$this->lockName($name)}', $timeout)";
        return (string) $this->queryScalar($statement) === '1';
    }

    public function unlock(string $name): bool
    {
        $this->pool?->get()?->useMasterOnly(true);
        $statement = Hit::current()->testSetting('unlock_statement') ?? "SELECT RELEASE_LOCK('{$this->lockName($name)}')";
        $released = (string) $this->queryScalar($statement) === '1';
        $this->pool?->get()?->useMasterOnly(false);
        return $released;
    }

    /** Locks are of the whole server: the site's own prefix keeps two sites in one server apart. */
    private function lockName(string $name): string
    {
        $site = (string) Option::get('main', 'server_uniq_id', md5($this->getDatabase()));
        return substr($site, 0, self::LOCK_NAME_MAX - 32) . md5($name);
    }

    public function getSqlHelper(): SqlHelper
    {
        return new SqlHelper($this);
    }

    public function getType(): string
    {
        return 'mysql';
    }

    public function getDatabase(): string
    {
        return $this->configuration['database'];
    }

    public function disconnect(): void
    {
        $this->resource?->close();
        $this->resource = null;
        $this->transactionLevel = 0;
    }

    public function getResource(): \mysqli
    {
        return $this->resource ??= $this->connect();
    }

    private function connect(): \mysqli
    {
        ['host' => $host, 'database' => $database, 'login' => $login, 'password' => $password] = $this->configuration;
        [$host, $behind] = array_pad(explode(':', $host, 2), 2, '');
        $port = ctype_digit($behind) ? (int) $behind : null;
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        try {
            $resource = new \mysqli($host, $login, $password, $database, $port, $port === null && $behind !== '' ? $behind : null);
            $resource->set_charset('utf8mb4');
            $resource->query("SET sql_mode = ''");
            return $resource;
        } catch (\mysqli_sql_exception $error) {
            throw new ConnectionException('Mysql connect error', $error->getMessage());
        }
    }
}
