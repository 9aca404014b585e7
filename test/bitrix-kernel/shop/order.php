<?php

/** One order: what is paid, and for each payment that is not, the button of its pay system, as Bitrix's component shows it. */

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Sale\Order;

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';
require_once __DIR__ . '/page.php';
require_once __DIR__ . '/payment.php';
Loader::includeModule('sale');

/** How often the page looks again for a payment that Click has sent the customer back from. */
const LOOKS_MAX = 30;
/** Click's word on the way back, from a query that anybody can write: it decides what is said here, never what is paid. */
const CLICK_STATUS_FAILED_MAX = -1;

$request = Application::getInstance()->getContext()->getRequest();
$id = $request->getQuery('id');
$order = is_string($id) && ctype_digit($id) ? Order::load($id) : null;
if ($order === null) {
    http_response_code(404);
    pageHead('No such order');
    echo '<h1>No such order</h1><p class="note"><a href="./">All orders</a></p>';
    pageFoot();
    exit;
}

$status = $request->getQuery('payment_status');
$isBack = is_string($status) && preg_match('/^-?\d{1,9}$/', $status) === 1;
$hasFailed = $isBack && (int) $status <= CLICK_STATUS_FAILED_MAX;
$awaited = $order->getPaymentCollection()->getItemById(wholeNumber($request->getQuery('payment')));
$isUnpaid = $awaited === null ? !$order->getPaymentCollection()->isPaid() : !$awaited->isPaid();
$isAwaited = $isBack && !$hasFailed && $isUnpaid && !$order->isCanceled();
$looks = wholeNumber($request->getQuery('look'));
$isWaiting = $isAwaited && $looks < LOOKS_MAX;
$next = ['id' => $order->getId(), 'payment' => $awaited?->getId(), 'payment_status' => $status, 'look' => $looks + 1];

$number = $order->getField('ACCOUNT_NUMBER') ?? $order->getId();
pageHead("Order $number", $isWaiting ? 'order.php?' . http_build_query($next) : null);
?>
<p class="back"><a href="./">← All orders</a></p>
<h1>Order <?= text($number) ?></h1>
<?php if ($order->isCanceled()) : ?>
<p class="note cancelled">This order is cancelled.</p>
<?php elseif ($isWaiting) : ?>
<p class="note waiting" role="status">Your payment is being confirmed. This page refreshes by itself.</p>
<?php elseif ($isAwaited) : ?>
<p class="note" role="status">No confirmation has come yet. If Click took the money, the order will be paid soon: look again later.</p>
<?php elseif ($hasFailed && $isUnpaid) : ?>
<p class="note cancelled" role="status">Click did not take the money. You can try again.</p>
<?php endif ?>
<?php
foreach ($order->getPaymentCollection() as $payment) {
    showPayment($payment, $isWaiting);
}
pageFoot();
