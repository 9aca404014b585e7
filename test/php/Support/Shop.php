<?php

declare(strict_types=1);

namespace ClickBridge\Test\Support;

use mysqli;
use mysqli_result;
use mysqli_stmt;
use RuntimeException;
use StandIn\Hit;

/** A stand-in shop: a database with Bitrix's tables and one pay system, and a document root with the stand-in kernel. */
final class Shop
{
    private const REPOSITORY = __DIR__ . '/../../..';
    private const NAME_BYTES = 6;

    private int $lastNumber = 1_000;

    private function __construct(
        public readonly mysqli $connection,
        public readonly string $database,
        public readonly string $root,
        public readonly int $paySystemId,
    ) {
    }

    public static function create(): self
    {
        $server = DatabaseServer::running();
        $database = 'clickbridge_test_' . bin2hex(random_bytes(self::NAME_BYTES));
        self::createSchema($database);
        $connection = $server->connect($database);
        $connection->query("INSERT INTO b_sale_pay_system_action (NAME, ACTION_FILE) VALUES ('Click', 'clickbridge')");
        $shop = new self($connection, $database, TemporaryFolder::make('clickbridge-php-root-'), (int) $connection->insert_id);
        $shop->buildRoot();
        return $shop;
    }

    /** Bitrix's tables, empty, in a new database of this name. */
    public static function createSchema(string $database): void
    {
        $connection = DatabaseServer::running()->connect();
        $connection->query("CREATE DATABASE $database COLLATE utf8mb4_unicode_ci");
        $connection->select_db($database);
        $connection->multi_query((string) file_get_contents(self::REPOSITORY . '/test/support/shop/bitrix-schema.sql'));
        while ($connection->next_result()) {
        }
    }

    public function drop(): void
    {
        $this->connection->query("DROP DATABASE IF EXISTS {$this->database}_slave");
        $this->connection->query("DROP DATABASE {$this->database}");
        $this->connection->close();
        TemporaryFolder::remove($this->root);
    }

    /**
     * Begins a hit of the kernel in this process, as the prolog does, with a `$USER`.
     *
     * @param array<string, mixed> $kernel what the test asks of the kernel
     */
    public function hit(array $kernel = []): void
    {
        global $USER;
        $this->writeSettings($kernel);
        Hit::begin($this->root);
        $USER = new \CUser();
    }

    /** @param array<string, mixed> $kernel */
    public function writeSettings(array $kernel = []): void
    {
        $server = DatabaseServer::running();
        self::writeArray("$this->root/bitrix/.settings.php", [
            'connections' => ['value' => ['default' => [
                'host' => $server->bitrixHost(),
                'database' => $this->database,
                'login' => $server->login,
                'password' => $server->password,
            ]]],
            'clickbridge_test' => ['value' => $kernel],
        ]);
    }

    /** @param array<string, mixed> $values */
    public static function writeArray(string $file, array $values): void
    {
        file_put_contents($file, '<?php return ' . var_export($values, true) . ";\n");
    }

    /**
     * An unpaid order with one payment for each sum.
     *
     * @param non-empty-list<string> $sums in soums, as DECIMAL text
     */
    public function addOrder(array $sums = ['1000.00'], ?string $number = null, string $currency = 'UZS'): ShopOrder
    {
        $number ??= (string) ++$this->lastNumber;
        $this->run('INSERT INTO b_sale_order SET ACCOUNT_NUMBER = ?, CURRENCY = ?, PERSON_TYPE_ID = 1', $number, $currency);
        $orderId = (int) $this->connection->insert_id;
        $paymentIds = [];
        foreach ($sums as $index => $sum) {
            $this->run(
                'INSERT INTO b_sale_order_payment SET ORDER_ID = ?, ACCOUNT_NUMBER = ?, PAY_SYSTEM_ID = ?, SUM = ?, CURRENCY = ?',
                $orderId,
                "$number/" . ($index + 1),
                $this->paySystemId,
                $sum,
                $currency,
            );
            $paymentIds[] = (int) $this->connection->insert_id;
        }
        $total = '(SELECT SUM(SUM) FROM b_sale_order_payment WHERE ORDER_ID = ?)';
        $this->run("UPDATE b_sale_order SET PRICE = $total WHERE ID = ?", $orderId, $orderId);
        return new ShopOrder($this, $orderId, $number, $paymentIds);
    }

    /** The schema that a lagging slave would show: everything as it is at this moment, and never changing after. */
    public function freezeSlave(): string
    {
        $slave = "{$this->database}_slave";
        $this->connection->query("DROP DATABASE IF EXISTS $slave");
        self::createSchema($slave);
        $tables = $this->connection->query('SHOW TABLES');
        foreach ($tables instanceof mysqli_result ? $tables->fetch_all() : [] as [$table]) {
            $this->connection->query("INSERT INTO $slave.$table SELECT * FROM $this->database.$table");
        }
        return $slave;
    }

    public function run(string $sql, mixed ...$values): void
    {
        $this->execute($sql, $values);
    }

    /** @return array<string, string|null> the first row */
    public function row(string $sql, mixed ...$values): array
    {
        $result = $this->execute($sql, $values)->get_result();
        $row = $result === false ? null : $result->fetch_assoc();
        return array_map(static fn($value) => $value === null ? null : (string) $value, $row ?: []);
    }

    /** The first column of the first row. */
    public function value(string $sql, mixed ...$values): ?string
    {
        $row = $this->row($sql, ...$values);
        return $row === [] ? null : reset($row);
    }

    /** @param array<mixed> $values */
    private function execute(string $sql, array $values): mysqli_stmt
    {
        $statement = $this->connection->prepare($sql);
        if ($statement === false) {
            throw new RuntimeException("cannot prepare $sql");
        }
        $statement->execute(array_values($values));
        return $statement;
    }

    /** Puts a file into the document root. */
    public function put(string $path, string $text): void
    {
        $file = "$this->root/$path";
        if (!is_dir(dirname($file))) {
            mkdir(dirname($file), 0755, true);
        }
        file_put_contents($file, $text);
    }

    private function buildRoot(): void
    {
        $links = [
            'bitrix/tools/sale_ps_result.php' => 'test/bitrix-kernel/bitrix/tools/sale_ps_result.php',
            'bitrix/tools/clickbridge' => 'php-bridge/public',
            'bitrix/php_interface/include/sale_payment/clickbridge' => 'php-bridge/handler/clickbridge',
            'shop' => 'test/bitrix-kernel/shop',
        ];
        $modules = 'test/bitrix-kernel/bitrix/modules';
        foreach (array_diff((array) scandir(self::REPOSITORY . "/$modules"), ['.', '..']) as $module) {
            $links["bitrix/modules/$module"] = "$modules/$module";
        }
        foreach ($links as $to => $from) {
            if (!is_dir(dirname("$this->root/$to"))) {
                mkdir(dirname("$this->root/$to"), 0755, true);
            }
            symlink(realpath(self::REPOSITORY) . "/$from", "$this->root/$to");
        }
        $this->writeSettings();
    }
}
