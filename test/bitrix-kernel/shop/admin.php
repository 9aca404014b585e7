<?php

/** The manager's side of the demo shop: every payment, with what Bitrix's order page does with it: return it, or ask Click about it. */

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';
require_once __DIR__ . '/page.php';
Loader::includeModule('sale');

const PAYMENTS_SHOWN_MAX = 100;

/** What was done to a payment, in a sentence for the manager. */
function managed(Payment $payment, string $action): string
{
    if ($action === 'check') {
        $checked = $payment->getPaySystem()?->check($payment);
        $message = (string) $payment->getField('PS_STATUS_MESSAGE');
        return $checked?->isSuccess() ? $message : implode(' ', $checked?->getErrorMessages() ?? ['The pay system is gone.']);
    }
    $returned = $payment->setReturn(Payment::RETURN_PS);
    if (!$returned->isSuccess()) {
        return implode(' ', $returned->getErrorMessages());
    }
    $saved = $payment->getOrder()->save();
    return $saved->isSuccess() ? 'The money went back to the customer.' : implode(' ', $saved->getErrorMessages());
}

$request = Application::getInstance()->getContext()->getRequest();
$message = null;
if ($request->isPost()) {
    $row = Application::getConnection()->query(
        'SELECT ORDER_ID FROM b_sale_order_payment WHERE ID = ' . wholeNumber($request->getPost('payment'))
    )->fetch();
    $payment = $row === false
        ? null
        : Order::load((int) $row['ORDER_ID'])?->getPaymentCollection()->getItemById(wholeNumber($request->getPost('payment')));
    $message = $payment === null ? 'There is no such payment.' : managed($payment, (string) $request->getPost('action'));
}

$payments = Application::getConnection()->query(
    'SELECT p.ID, p.PAID, p.IS_RETURN, p.CURRENCY, CAST(p.SUM AS CHAR) AS SUM, p.PS_STATUS_DESCRIPTION, o.ACCOUNT_NUMBER'
    . ' FROM b_sale_order_payment p JOIN b_sale_order o ON o.ID = p.ORDER_ID ORDER BY p.ID DESC LIMIT ' . PAYMENTS_SHOWN_MAX
)->fetchAll();

pageHead('Payments');
?>
<p class="back"><a href="./">← All orders</a></p>
<h1>Payments</h1>
<?php if ($message !== null) : ?>
<p class="note" role="status"><?= text($message) ?></p>
<?php endif ?>
<ul class="orders">
    <?php foreach ($payments as $payment) : ?>
    <li class="managed">
        <span class="number">Order <?= text($payment['ACCOUNT_NUMBER']) ?>, payment <?= text($payment['ID']) ?></span>
        <span class="sum"><?= text(money($payment['SUM'], $payment['CURRENCY'])) ?></span>
        <?= $payment['IS_RETURN'] === 'N' ? badge($payment['PAID'] === 'Y') : '<span class="badge cancelled">Returned</span>' ?>
        <form method="post">
            <input type="hidden" name="payment" value="<?= text($payment['ID']) ?>">
            <button name="action" value="check">Ask Click</button>
            <?php if ($payment['PAID'] === 'Y') : ?>
            <button name="action" value="return">Return the money</button>
            <?php endif ?>
        </form>
        <?php if ((string) $payment['PS_STATUS_DESCRIPTION'] !== '') : ?>
        <small><?= text($payment['PS_STATUS_DESCRIPTION']) ?></small>
        <?php endif ?>
    </li>
    <?php endforeach ?>
</ul>
<?php
pageFoot();
