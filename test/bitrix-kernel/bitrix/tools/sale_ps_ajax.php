<?php

/**
 * The script by which a page of the shop fetches a pay system's checkout. It asks whether orders of that status may be paid, and never who
 * asks. Its parameters here are orderId and paymentId; the real one's are others.
 */

declare(strict_types=1);

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Sale\Order;
use Bitrix\Sale\OrderStatus;
use Bitrix\Sale\PaySystem\BaseServiceHandler;

define('STOP_STATISTICS', true);
define('NOT_CHECK_PERMISSIONS', true);

require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

// Pages are kept back until they are whole.
ob_start();
if (Loader::includeModule('sale')) {
    $request = Application::getInstance()->getContext()->getRequest();
    $orderId = (int) $request->get('orderId');
    $order = $orderId > 0 ? Order::load($orderId) : null;
    $payment = $order?->getPaymentCollection()->getItemById((int) $request->get('paymentId'));
    if ($order !== null && $payment !== null && OrderStatus::isAllowPay((string) $order->getField('STATUS_ID'))) {
        $result = $payment->getPaySystem()?->initiatePay($payment, null, BaseServiceHandler::STRING);
        if ($result !== null) {
            $errors = array_map(static fn($error) => $error->getMessage(), $result->getBuyerErrors());
            echo $result->isSuccess() ? $result->getTemplate() : htmlspecialchars(implode(' ', $errors));
        }
    }
}

/** @var CMain $APPLICATION made by the prolog */
CMain::FinalActions();
die();
