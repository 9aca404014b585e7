<?php

/** One payment of an order. Included after the prolog. */

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\BaseServiceHandler;

function showPayment(Payment $payment): void
{
    $sum = Application::getConnection()->queryScalar(
        "SELECT CAST(SUM AS CHAR) FROM b_sale_order_payment WHERE ID = {$payment->getId()}"
    );
    ?>
<section class="payment" data-payment-state="<?= $payment->isPaid() ? 'paid' : 'unpaid' ?>">
    <div class="line">
        <span class="sum"><?= text(money((string) $sum, $payment->getField('CURRENCY'))) ?></span>
        <?= badge($payment->isPaid()) ?>
    </div>
    <?php if ($payment->isPaid()) : ?>
    <dl>
        <dt>Click payment</dt>
        <dd><?= text($payment->getField('PAY_VOUCHER_NUM') ?: '—') ?></dd>
        <dt>Paid on</dt>
        <dd><?= text($payment->getField('PAY_VOUCHER_DATE')?->format('d.m.Y') ?? '—') ?></dd>
    </dl>
    <?php elseif ($payment->isReturn()) : ?>
    <p class="note">The money was returned.</p>
    <?php elseif (!$payment->getOrder()->isCanceled()) : ?>
    <div class="pay"><?= checkout($payment) ?></div>
    <?php endif ?>
</section>
    <?php
}

/** The handler's own HTML, or the errors that it meant for the buyer. */
function checkout(Payment $payment): string
{
    $service = $payment->getPaySystem();
    if ($service === null) {
        return '<p class="note">This payment has no pay system.</p>';
    }
    $result = $service->initiatePay($payment, null, BaseServiceHandler::STRING);
    if ($result->isSuccess()) {
        return $result->getTemplate();
    }
    $messages = array_map(static fn($error) => $error->getMessage(), $result->getBuyerErrors());
    return '<p class="note cancelled">' . text(implode(' ', $messages) ?: 'Paying is not possible right now.') . '</p>';
}
