<?php

declare(strict_types=1);

namespace Sale\Handlers\PaySystem;

use Bitrix\Main\Localization\Loc;
use Bitrix\Main\Request;
use Bitrix\Sale\Payment;
use Bitrix\Sale\PaySystem\Error;
use Bitrix\Sale\PaySystem\ServiceHandler;
use Bitrix\Sale\PaySystem\ServiceResult;
use ClickBridge\Callback\EarlyAnswer;
use ClickBridge\Callback\HttpRequest;
use ClickBridge\Callback\Responder;
use ClickBridge\Checkout;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Grpc\Status;
use ClickBridge\Log;
use ClickBridge\Order\Applier;
use ClickBridge\Order\GrpcOrderUpdates;

require_once dirname(__DIR__, 2) . '/autoload.php';

Loc::loadMessages(__FILE__);

/** The pay system's handler: a button to Click's page, and the standard result route. Verdicts and secrets are the service's. */
class ClickBridgeHandler extends ServiceHandler
{
    private const SECRET_CODE = 'CLICK_SECRET_KEY';

    /** Shows the button. Asks the service for the link alone, which changes nothing: anybody may make this page run. */
    public function initiatePay(Payment $payment, ?Request $request = null)
    {
        $link = self::paymentLink($payment, (string) $this->service->getContext()->getUrl());
        if ($link === null) {
            return (new ServiceResult())->addError(Error::createForBuyer((string) Loc::getMessage('CLICKBRIDGE_UNAVAILABLE')));
        }
        $this->setExtraParams(['URL' => $link]);
        $result = $this->showTemplate($payment, 'template');
        $result->setPaymentUrl($link);
        return $result;
    }

    private static function paymentLink(Payment $payment, string $returnUrl): ?string
    {
        $config = Config::read(Config::path());
        if ($config instanceof ConfigFault) {
            Log::line($config->message);
            return null;
        }
        $isWeb = preg_match('#^https?://#i', $returnUrl) === 1;
        $link = (new Checkout($config->client()))->paymentLink((int) $payment->getId(), $isWeb ? $returnUrl : '');
        if ($link instanceof Status) {
            Log::line("no pay link for payment {$payment->getId()}: {$link->forLog()}");
            return null;
        }
        return $link;
    }

    /** @return list<string> */
    public function getCurrencyList()
    {
        return ['UZS'];
    }

    /** Templates get every setting but the secret: a shop's own template must not be able to show it. */
    protected function getParamsBusValue(?Payment $payment = null)
    {
        return array_diff_key(parent::getParamsBusValue($payment), [self::SECRET_CODE => true]);
    }

    /** @return array<string, string> */
    public static function getIndicativeFields()
    {
        return ['BX_HANDLER' => 'CLICKBRIDGE'];
    }

    protected static function isMyResponseExtended(Request $request, $paySystemId)
    {
        return (string) $request->get('BX_PAYSYSTEM_CODE') === (string) $paySystemId;
    }

    /**
     * The standard route answers here and ends the request. Later would be too late: Bitrix sends nothing at all for an order that is
     * cancelled or gone, loads the order before any lock, and marks orders for a handler's error.
     */
    public function getPaymentIdFromRequest(Request $request)
    {
        $answer = Responder::answer(HttpRequest::current(), Config::path());
        EarlyAnswer::send($answer->json, $answer->orderUpdate !== null);
        $config = Config::read(Config::path());
        if ($answer->orderUpdate !== null && $config instanceof Config) {
            (new Applier(new GrpcOrderUpdates($config->client())))->apply($answer->orderUpdate);
        }
        exit;
    }

    /** Never reached, and never says that money came: Bitrix's unlocked way of marking is not taken. */
    public function processRequest(Payment $payment, Request $request)
    {
        return new ServiceResult();
    }
}
