<?php

/** One order: what is paid, and for each payment that is not, its pay system's checkout, as Bitrix's component shows it. */

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Sale\Order;

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';
require_once __DIR__ . '/page.php';
require_once __DIR__ . '/payment.php';
Loader::includeModule('sale');

$request = Application::getInstance()->getContext()->getRequest();
$id = $request->getQuery('id');
$order = is_string($id) && ctype_digit($id) && (int) $id > 0 ? Order::load($id) : null;
if ($order === null) {
    http_response_code(404);
    pageHead('No such order');
    echo '<h1>No such order</h1><p class="note"><a href="./">All orders</a></p>';
    pageFoot();
    exit;
}

$number = $order->getField('ACCOUNT_NUMBER') ?? $order->getId();
pageHead("Order $number");
?>
<p class="back"><a href="./">← All orders</a></p>
<h1>Order <?= text($number) ?></h1>
<?php if ($order->isCanceled()) : ?>
<p class="note cancelled">This order is cancelled.</p>
<?php endif ?>
<?php
foreach ($order->getPaymentCollection() as $payment) {
    showPayment($payment);
}
pageFoot();
