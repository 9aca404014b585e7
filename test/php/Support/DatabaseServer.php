<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use mysqli;
use RuntimeException;

/**
 * The MariaDB of this run: the one that CLICKBRIDGE_TEST_DATABASE_URL names, else a private one on a socket in a temporary folder,
 * started at first use and stopped by its own process id when PHP ends.
 */
final class DatabaseServer
{
    private const START_SECONDS_MAX = 60;
    private const STOP_SECONDS_MAX = 20;

    private static ?self $running = null;

    private function __construct(
        public readonly string $host,
        public readonly string $login,
        public readonly string $password,
        public readonly ?string $socket,
        public readonly int $port,
    ) {
    }

    public static function running(): self
    {
        return self::$running ??= self::given() ?? self::start();
    }

    public function connect(string $database = ''): mysqli
    {
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        $connection = new mysqli($this->host, $this->login, $this->password, $database, $this->port, $this->socket);
        $connection->set_charset('utf8mb4');
        return $connection;
    }

    /** As Bitrix writes it. */
    public function bitrixHost(): string
    {
        return $this->host . ':' . ($this->socket ?? $this->port);
    }

    /** As the service wants it. */
    public function url(string $database): string
    {
        $user = rawurlencode($this->login) . ($this->password === '' ? '' : ':' . rawurlencode($this->password));
        $port = $this->socket === null ? ":$this->port" : '';
        $query = $this->socket === null ? '' : "?socketPath=$this->socket";
        return "mysql://$user@$this->host$port/$database$query";
    }

    private static function given(): ?self
    {
        $url = (string) (getenv('CLICKBRIDGE_TEST_DATABASE_URL') ?: getenv('CLICKBRIDGE_DATABASE_URL'));
        if ($url === '') {
            return null;
        }
        $parts = parse_url($url);
        if ($parts === false || !isset($parts['host'])) {
            throw new RuntimeException('CLICKBRIDGE_TEST_DATABASE_URL is not a mysql:// URL');
        }
        parse_str($parts['query'] ?? '', $query);
        $socket = isset($query['socketPath']) && is_string($query['socketPath']) ? $query['socketPath'] : null;
        // With the name localhost mysqli would look for a socket of its own.
        $host = $socket === null && $parts['host'] === 'localhost' ? '127.0.0.1' : $parts['host'];
        return new self(
            $socket === null ? $host : 'localhost',
            rawurldecode($parts['user'] ?? 'root'),
            rawurldecode($parts['pass'] ?? ''),
            $socket,
            $parts['port'] ?? 3306,
        );
    }

    private static function start(): self
    {
        $folder = TemporaryFolder::make('clickbridge-php-db-');
        // A server that starts takes away every temporary table in its folder, also those of another server that is running.
        mkdir("$folder/tmp");
        $account = ["--tmpdir=$folder/tmp", ...(posix_geteuid() === 0 ? ['--user=root'] : [])];
        $install = ChildProcess::start([
            'mariadb-install-db', '--no-defaults', "--datadir=$folder/data", '--auth-root-authentication-method=normal',
            '--skip-test-db', ...$account,
        ]);
        if ($install->wait() !== 0) {
            throw new RuntimeException("mariadb-install-db failed: {$install->output()}");
        }
        $server = ChildProcess::start([
            'mariadbd', '--no-defaults', "--datadir=$folder/data", "--socket=$folder/mysqld.sock", "--pid-file=$folder/pid",
            '--skip-networking', '--skip-log-bin', '--skip-name-resolve', '--character-set-server=utf8mb4',
            '--collation-server=utf8mb4_unicode_ci', '--innodb-buffer-pool-size=64M', '--innodb-log-file-size=16M',
            // No test of PHP's cuts the power: what PHP writes is only ever killed with its own process.
            '--innodb-flush-log-at-trx-commit=0', ...$account,
        ]);
        register_shutdown_function(static function () use ($server, $folder): void {
            $server->stop(self::STOP_SECONDS_MAX);
            TemporaryFolder::remove($folder);
        });
        $server->awaitLine('/ready for connections/', self::START_SECONDS_MAX);
        return new self('localhost', 'root', '', "$folder/mysqld.sock", 0);
    }
}
