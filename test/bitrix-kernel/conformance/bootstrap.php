<?php

/**
 * A shop of the stand-in kernel for the scenarios. It takes the MariaDB that CLICKBRIDGE_TEST_DATABASE_URL names, or starts a private one,
 * makes a database and a document root, and takes them away at the end.
 */

declare(strict_types=1);

use ClickBridge\Test\Support\Shop;
use StandIn\Hit;

require dirname(__DIR__, 2) . '/php/bootstrap.php';

if (getenv('CONFORMANCE_ROOT') === false) {
    // Before the server's own end is registered, so that it runs while there is a server.
    register_shutdown_function(static function (): void {
        ($GLOBALS['conformanceShop'] ?? null)?->drop();
    });
    $conformanceShop = Shop::create();
    $conformanceShop->run(
        "INSERT INTO b_language (LID, SORT, DEF, NAME) VALUES ('ru', 1, 'Y', 'Russian'), ('en', 2, 'N', 'English')"
    );
    // Ids of different kinds apart, so that a trace cannot take one for another.
    $conformanceIds = ['b_sale_order' => 20_000, 'b_sale_order_payment' => 500_000, 'b_sale_pay_system_action' => 70_000];
    foreach ($conformanceIds as $conformanceTable => $conformanceId) {
        $conformanceShop->run("ALTER TABLE $conformanceTable AUTO_INCREMENT = $conformanceId");
    }
    $conformanceShop->run("INSERT INTO b_user (ID, LOGIN, EMAIL) VALUES (2, 'buyer', 'buyer@shop.test')");
    $conformanceShop->run("INSERT INTO b_sale_pay_system_action (ID, NAME, ACTION_FILE) VALUES (3, 'Внутренний счет', 'inner')");
    $conformanceShop->run("INSERT INTO b_sale_user_account (USER_ID, CURRENCY) VALUES (2, 'UZS')");
    $conformanceShop->run("INSERT INTO b_catalog_currency (CURRENCY, AMOUNT_CNT, AMOUNT, BASE) VALUES ('UZS', 1, 1, 'Y')");
    putenv("CONFORMANCE_ROOT=$conformanceShop->root");
}

$_SERVER['DOCUMENT_ROOT'] = (string) getenv('CONFORMANCE_ROOT');
Hit::begin($_SERVER['DOCUMENT_ROOT']);
$APPLICATION = new CMain();
$USER = new CUser();

/**
 * The stand-in makes no orders of its own.
 *
 * @param list<string> $sums
 * @param array<string, mixed> $options
 * @return array{id: int, payments: list<int>}
 */
function conformance_order(array $sums, int $paySystemId, array $options): array
{
    $connection = \Bitrix\Main\Application::getConnection();
    $total = $options['price'] ?? array_sum($sums);
    $personType = $options['personType'] ?? 1;
    $user = $options['user'] ?? 2;
    $connection->queryExecute(
        "INSERT INTO b_sale_order SET CURRENCY = 'UZS', PERSON_TYPE_ID = $personType, USER_ID = $user, PRICE = $total,"
        . " PAY_SYSTEM_ID = $paySystemId"
    );
    $id = $connection->getInsertedId();
    $connection->queryExecute("UPDATE b_sale_order SET ACCOUNT_NUMBER = '$id' WHERE ID = $id");
    $payments = [];
    foreach ($sums as $index => $sum) {
        $number = "$id/" . ($index + 1);
        $connection->queryExecute(
            "INSERT INTO b_sale_order_payment SET ORDER_ID = $id, ACCOUNT_NUMBER = '$number', PAY_SYSTEM_ID = $paySystemId,"
            . " SUM = $sum, CURRENCY = 'UZS'"
        );
        $payments[] = $connection->getInsertedId();
    }
    return ['id' => $id, 'payments' => $payments];
}

/** @param array<string, mixed> $fields */
function conformance_pay_system(string $handler, array $fields): int
{
    $connection = \Bitrix\Main\Application::getConnection();
    $active = $fields['ACTIVE'] ?? 'Y';
    $connection->queryExecute("INSERT INTO b_sale_pay_system_action SET NAME = '$handler', ACTION_FILE = '$handler', ACTIVE = '$active'");
    return $connection->getInsertedId();
}
