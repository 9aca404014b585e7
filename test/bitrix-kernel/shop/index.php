<?php

/** The orders of the demo shop, the newest first. */

declare(strict_types=1);

use Bitrix\Main\Application;

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';
require_once __DIR__ . '/page.php';

const ORDERS_SHOWN_MAX = 100;

// A payment that is there decides, not the order: an order can say more than its payments do.
$orders = Application::getConnection()->query(
    'SELECT o.ID, o.ACCOUNT_NUMBER, o.CANCELED, o.CURRENCY, o.DATE_INSERT,'
    . ' CAST(COALESCE(SUM(p.SUM), 0) AS CHAR) AS TOTAL, COUNT(p.ID) AS PAYMENTS, COUNT(IF(p.PAID = \'Y\', 1, NULL)) AS PAID,'
    . ' COUNT(IF(p.IS_RETURN <> \'N\', 1, NULL)) AS RETURNED'
    . ' FROM b_sale_order o LEFT JOIN b_sale_order_payment p ON p.ORDER_ID = o.ID'
    . ' GROUP BY o.ID ORDER BY o.ID DESC LIMIT ' . ORDERS_SHOWN_MAX
)->fetchAll();

pageHead('Orders');
?>
<h1>Orders</h1>
<p class="back"><a href="admin.php">For the manager: payments and returns</a></p>
<?php if ($orders === []) : ?>
<p class="note">There are no orders yet.</p>
<?php endif ?>
<ul class="orders">
    <?php foreach ($orders as $order) : ?>
    <li>
        <a href="order.php?id=<?= text($order['ID']) ?>">
            <span class="number">Order <?= text($order['ACCOUNT_NUMBER'] ?? $order['ID']) ?></span>
            <span class="sum"><?= text(money($order['TOTAL'], $order['CURRENCY'])) ?></span>
            <?php if ($order['CANCELED'] === 'Y') : ?>
            <span class="badge cancelled">Cancelled</span>
            <?php elseif ($order['RETURNED'] > 0 && $order['PAID'] === '0') : ?>
            <span class="badge cancelled">Returned</span>
            <?php else : ?>
                <?= badge($order['PAYMENTS'] > 0 && $order['PAYMENTS'] === $order['PAID']) ?>
            <?php endif ?>
        </a>
    </li>
    <?php endforeach ?>
</ul>
<?php
pageFoot();
