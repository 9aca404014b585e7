<?php

declare(strict_types=1);

namespace Sale\Handlers\PaySystem;

use Bitrix\Main\Composite\Page as CompositePage;
use Bitrix\Main\Context;
use Bitrix\Main\Localization\Loc;
use Bitrix\Main\Request;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\Error;
use Bitrix\Sale\PaySystem\ICheckable;
use Bitrix\Sale\PaySystem\IRefundExtended;
use Bitrix\Sale\PaySystem\ServiceHandler;
use Bitrix\Sale\PaySystem\ServiceResult;
use ClickBridge\Callback\EarlyAnswer;
use ClickBridge\Callback\Responder;
use ClickBridge\Checkout\GuestPage;
use ClickBridge\Checkout\Owner;
use ClickBridge\Checkout\Page;
use ClickBridge\Checkout\ReturnUrl;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Contract\V1\GetCheckoutPageResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Log;
use ClickBridge\Order\AdminRefund;
use ClickBridge\Order\AfterAnswer;
use ClickBridge\Order\PaymentLock;
use ClickBridge\Order\Payments;
use ClickBridge\Order\PaymentState;
use ClickBridge\Order\ShopFields;

// Bitrix includes every handler to find out whose callback it has: one that threw would take the other pay systems with it.
require_once dirname(__DIR__, 2) . '/autoload.php';

Loc::loadMessages(__FILE__);

/** The pay system's handler: a button to Click's page, and the standard result route. Verdicts and secrets are the service's. */
class ClickBridgeHandler extends ServiceHandler implements IRefundExtended, ICheckable
{
    private const SECRET_CODES = ['CLICK_SECRET_KEY' => true, 'CLICK_TEST_SECRET_KEY' => true];
    /** As Answer::NO_VERDICT_JSON, for the case that there is no such class. */
    private const NOT_INSTALLED_JSON = '{"error":-7,"error_note":"Failed to update user"}';

    /**
     * Shows the checkout. Makes nothing, neither at Click nor in the shop: anybody may have this page run, for any order. The token
     * with which a page follows the payment and sends its invoice is for the buyer alone.
     */
    public function initiatePay(Payment $payment, ?Request $request = null)
    {
        $page = self::isInstalled() ? $this->checkoutPage($payment) : null;
        if (!$page instanceof GetCheckoutPageResponse) {
            $message = self::isTaken($page) ? 'CLICKBRIDGE_TAKEN' : 'CLICKBRIDGE_UNAVAILABLE';
            $result = new ServiceResult();
            $result->addError(Error::createForBuyer((string) Loc::getMessage($message)));
            return $result;
        }
        if ($page->getToken() !== '' && class_exists(CompositePage::class)) {
            // Bitrix keeps whole pages and gives them to everybody.
            CompositePage::getInstance()->markNonCacheable();
        }
        $params = Page::params($page, $this->isOn($payment, 'CLICK_NEW_WINDOW'));
        $this->setExtraParams($params);
        $result = $this->showTemplate($payment, 'template');
        if ($params['URL'] !== '') {
            $result->setPaymentUrl($params['URL']);
        }
        return $result;
    }

    private function checkoutPage(Payment $payment): GetCheckoutPageResponse|Status|null
    {
        $config = Config::read(Config::path());
        if ($config instanceof ConfigFault) {
            Log::line($config->message);
            return null;
        }
        $id = (int) $payment->getId();
        $page = Page::ask($config->client(), [
            'payment_id' => $id,
            'return_url' => mb_scrub($this->wayBack($payment), 'UTF-8'),
            'choose_card' => $this->isOn($payment, 'CLICK_CARD_TYPES'),
            'for_buyer' => Owner::isHere($payment->getOrder()),
            'returned_status' => ReturnUrl::status($_GET, $id),
        ]);
        if ($page instanceof Status && !self::isTaken($page)) {
            Log::line("no pay link for payment $id: {$page->forLog()}");
        }
        return $page;
    }

    /** An address for Click, so without the hash of a guest's order. */
    private function wayBack(Payment $payment): string
    {
        $id = (int) $payment->getId();
        $page = ReturnUrl::page((string) $this->service->getContext()->getUrl(), $_SERVER);
        return Owner::needsHash($payment->getOrder(), $page)
            ? GuestPage::keep($page, $id, (string) Context::getCurrent()->getLanguage())
            : ReturnUrl::url($page, $id);
    }

    private function isOn(Payment $payment, string $code): bool
    {
        return $this->getBusinessValue($payment, $code) === 'Y';
    }

    /** Click has taken the money and Bitrix does not show it yet: "try again" would ask the buyer to pay twice. */
    private static function isTaken(GetCheckoutPageResponse|Status|null $status): bool
    {
        return $status instanceof Status
            && $status->reason === 'PAYMENT_NOT_PAYABLE'
            && ($status->metadata['why'] ?? '') === 'TAKEN';
    }

    /** False while the folder is being copied. Packages that are missing are named where the configuration is read. */
    private static function isInstalled(): bool
    {
        return class_exists(Config::class);
    }

    /** @return list<string> */
    public function getCurrencyList()
    {
        return ['UZS'];
    }

    /** Templates get every setting but the secrets: a shop's own template must not be able to show them. Public, as in every core. */
    public function getParamsBusValue(?Payment $payment = null)
    {
        return array_diff_key(parent::getParamsBusValue($payment), self::SECRET_CODES);
    }

    /** @return array<string, string> */
    public static function getIndicativeFields()
    {
        return ['BX_HANDLER' => 'CLICKBRIDGE'];
    }

    protected static function isMyResponseExtended(Request $request, $paySystemId)
    {
        $code = $request->get('BX_PAYSYSTEM_CODE');
        return is_string($code) && $code === (string) $paySystemId;
    }

    /**
     * The standard route answers here and ends the request. Later would be too late: Bitrix sends nothing at all for an order that is
     * cancelled or gone, loads the order before any lock, and marks orders for a handler's error.
     */
    public function getPaymentIdFromRequest(Request $request)
    {
        if (!self::isInstalled()) {
            error_log('click-bridge: its folder is not whole; copy php-bridge anew');
            header('Content-Type: application/json; charset=UTF-8');
            exit(self::NOT_INSTALLED_JSON);
        }
        $answer = Responder::answerCurrent();
        EarlyAnswer::send($answer->json, $answer->orderUpdate !== null);
        AfterAnswer::finish($answer->orderUpdate);
    }

    /** Whether the order page offers a return at all. */
    public function isRefundableExtended()
    {
        return static::payments() !== null;
    }

    /** Money leaves only when Click has confirmed it. What nobody knows says so, and is not sent again by a second press. */
    public function refund(Payment $payment, $refundableSum)
    {
        global $USER;
        // The update that tells of the return is handed out before the manager's page has saved it.
        (new PaymentLock())->keep((int) $payment->getId());
        $userId = $USER instanceof \CUser ? (string) $USER->GetID() : '';
        $mark = (string) $payment->getField('PS_INVOICE_ID');
        $ending = AdminRefund::ask(static::payments(), (int) $payment->getId(), (float) $refundableSum, "bitrix $userId", $mark);
        $result = new ServiceResult();
        if ($ending->messageKey === '') {
            // Bitrix drops psData of a refund. These are saved with the mark, by whoever asked for the refund.
            $payment->setFieldsNoDemand(ShopFields::ofReturned($payment, $ending->shopFields));
            $result->setOperationType(ServiceResult::MONEY_LEAVING);
            return $result;
        }
        Log::line("no refund of payment {$payment->getId()}: $ending->messageKey $ending->why");
        return $result->addError(Error::create((string) Loc::getMessage($ending->messageKey, ['#WHY#' => $ending->why])));
    }

    /**
     * Shows how the payment stands at Click now. Never says that money came: Bitrix would flip a refunded payment back, and mark another
     * without a lock; paid ones are marked by their order update. Nor does it say an error, which Bitrix drops: what went wrong stands
     * where the answer would.
     */
    public function check(Payment $payment)
    {
        $found = static::payments()?->refresh((int) $payment->getId());
        $result = new ServiceResult();
        $result->setPsData(PaymentState::fields($found, $payment));
        return $result;
    }

    /** Null without the administrator's token: the module's own may not give money back. */
    protected static function payments(): ?Payments
    {
        $config = self::isInstalled() ? Config::read(Config::path()) : null;
        $client = $config instanceof Config ? $config->adminClient() : null;
        return $client === null ? null : new Payments($client);
    }

    /** Never reached, and never says that money came: Bitrix's unlocked way of marking is not taken. */
    public function processRequest(Payment $payment, Request $request)
    {
        return new ServiceResult();
    }
}
