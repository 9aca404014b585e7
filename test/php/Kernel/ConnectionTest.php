<?php

declare(strict_types=1);

namespace ClickBridge\Test\Kernel;

use Bitrix\Main\Application;
use Bitrix\Main\DB\SqlQueryException;
use Bitrix\Main\Type\DateTime;
use ClickBridge\Test\Support\ShopTestCase;
use PHPUnit\Framework\Attributes\TestDox;

/** Bitrix's connection: the lagging slave of a web cluster, locks, types (bitrix-contract.md §1.3, §3, §6). */
final class ConnectionTest extends ShopTestCase
{
    #[TestDox('a SELECT reads the past from the slave until this hit has written that table')]
    public function testSlave(): void
    {
        $order = self::$shop->addOrder();
        $this->beginHit(['slave_database' => self::$shop->freezeSlave()]);
        self::$shop->run("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", $order->paymentId);

        $before = $this->load($order)->isPaid();
        Application::getConnection()->queryExecute('UPDATE b_sale_order SET XML_ID = NULL WHERE ID = 0');
        $otherTableWritten = $this->load($order)->isPaid();
        Application::getConnection()->queryExecute('UPDATE b_sale_order_payment SET XML_ID = NULL WHERE ID = 0');
        $written = $this->load($order)->isPaid();

        self::assertSame([false, false, true], [$before, $otherTableWritten, $written]);
    }

    #[TestDox('useMasterOnly turns every SELECT to the master, until it is given back as often as it was asked for')]
    public function testMasterOnly(): void
    {
        $order = self::$shop->addOrder();
        $this->beginHit(['slave_database' => self::$shop->freezeSlave()]);
        self::$shop->run("UPDATE b_sale_order_payment SET PAID = 'Y' WHERE ID = ?", $order->paymentId);
        $pool = Application::getInstance()->getConnectionPool();
        $seen = [];

        $pool->useMasterOnly(true);
        $pool->useMasterOnly(true);
        $pool->useMasterOnly(false);
        $seen[] = $this->load($order)->isPaid();
        $pool->useMasterOnly(false);
        $seen[] = $this->load($order)->isPaid();

        self::assertSame([true, false], $seen);
    }

    #[TestDox('a lock is held against every other connection, under a name of the site, and ends with the connection')]
    public function testLock(): void
    {
        $connection = Application::getConnection();

        $taken = $connection->lock('payment_1');
        $again = $connection->lock('payment_1');
        $plainName = self::$shop->value("SELECT GET_LOCK('payment_1', 0)");
        $connection->disconnect();
        $this->beginHit();
        $afterEnd = Application::getConnection()->lock('payment_1');
        $freed = Application::getConnection()->unlock('payment_1');

        self::assertSame([true, true, '1', true, true], [$taken, $again, $plainName, $afterEnd, $freed]);
    }

    #[TestDox('a lock that another connection holds is not given')]
    public function testLockTaken(): void
    {
        $holder = Application::getConnection();
        $holder->lock('payment_2');
        $this->beginHit();

        $taken = Application::getConnection()->lock('payment_2', 0);

        self::assertFalse($taken);
        $holder->disconnect();
    }

    #[TestDox('dates come as objects and sums as text')]
    public function testTypes(): void
    {
        $row = Application::getConnection()->query("SELECT CAST('2026-11-24 10:00:00' AS DATETIME) AS D, CAST(0.1 AS DECIMAL(18,4)) AS S")->fetch();

        self::assertIsArray($row);
        self::assertInstanceOf(DateTime::class, $row['D']);
        self::assertSame(['24.11.2026 10:00:00', '0.1000'], [(string) $row['D'], $row['S']]);
    }

    #[TestDox('a statement that fails throws')]
    public function testFailure(): void
    {
        $this->expectException(SqlQueryException::class);

        Application::getConnection()->query('SELECT * FROM b_nothing');
    }
}
