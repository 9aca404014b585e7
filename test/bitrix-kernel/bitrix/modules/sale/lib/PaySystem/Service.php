<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Event;
use Bitrix\Main\Request;
use Bitrix\Main\SystemException;
use Bitrix\Main\Type\Date;
use Bitrix\Sale\EntityMarker;
use Bitrix\Sale\Order;
use Bitrix\Sale\Payment;
use Bitrix\Sale\Services\Base\RestrictableService;
use Bitrix\Sale\Services\Base\RestrictionInfoCollection;
use Bitrix\Sale\Services\PaySystem\Restrictions\RestrictableServiceHandler;

/** A pay system with its handler. */
class Service implements RestrictableService
{
    public const PAY_SYSTEM_PREFIX = 'PAYSYSTEM_';
    public const EVENT_BEFORE_ON_INITIATE_PAY = 'onSalePsBeforeInitiatePay';
    public const EVENT_INITIATE_PAY_SUCCESS = 'onSalePsInitiatePaySuccess';
    public const EVENT_INITIATE_PAY_ERROR = 'onSalePsInitiatePayError';

    private BaseServiceHandler $handler;
    private ?Context $context = null;

    /** @param array<string, mixed> $fields a row of b_sale_pay_system_action */
    public function __construct(private readonly array $fields)
    {
        [$class, $type] = Manager::includeHandler((string) $fields['ACTION_FILE']);
        $this->handler = new $class($type, $this);
    }

    public function getField(string $name): mixed
    {
        return $this->fields[$name] ?? null;
    }

    public function getConsumerName(): string
    {
        return self::PAY_SYSTEM_PREFIX . $this->fields['ID'];
    }

    public function getContext(): Context
    {
        return $this->context ??= new Context();
    }

    public function setContext(Context $context): void
    {
        $this->context = $context;
    }

    /** @return list<string> */
    public function getCurrency(): array
    {
        return $this->handler->getCurrencyList();
    }

    /** @return array<string, mixed> what the handler's settings are for this payment */
    public function getParamsBusValue(Payment $payment): array
    {
        return $this->handler->getParamsBusValue($payment);
    }

    /**
     * Shows what the buyer needs in order to pay; fields of the payment that the handler gives back are saved at once. An error goes into the log
     * and saves the order too.
     */
    public function initiatePay(Payment $payment, ?Request $request = null, int $mode = BaseServiceHandler::STREAM): ServiceResult
    {
        $this->handler->setInitiateMode($mode);
        (new Event('sale', self::EVENT_BEFORE_ON_INITIATE_PAY, ['payment' => $payment, 'service' => $this]))->send();
        $result = $this->handler->initiatePay($payment, $request);
        if ($result->getPsData() !== []) {
            $payment->setFields($result->getPsData());
            $payment->getOrder()->save();
        }
        if ($result->isSuccess()) {
            (new Event('sale', self::EVENT_INITIATE_PAY_SUCCESS, ['payment' => $payment]))->send();
            return $result;
        }
        $messages = $result->getErrorMessages();
        Logger::addError(get_class($this->handler) . '. InitiatePay: ' . implode("\n", $messages));
        $payment->getOrder()->save();
        (new Event('sale', self::EVENT_INITIATE_PAY_ERROR, ['payment' => $payment, 'errors' => $messages]))->send();
        return $result;
    }

    /** Whole sums only. What the handler refuses is logged. */
    public function refund(Payment $payment, float $sum): ServiceResult
    {
        if (!$this->handler instanceof IRefund) {
            throw new SystemException('the pay system does not support returns');
        }
        // A handler that gives nothing ends in a fatal error on the next line, as in Bitrix.
        $result = $this->handler->refund($payment, $sum);
        if (!$result->isSuccess()) {
            Logger::addError(get_class($this->handler) . '. Refund: ' . implode("\n", $result->getErrorMessages()));
        }
        return $result;
    }

    public function isRefundable(): bool
    {
        return $this->handler instanceof IRefundExtended
            ? (bool) $this->handler->isRefundableExtended()
            : $this->handler instanceof IRefund;
    }

    public function isCheckable(): bool
    {
        return $this->handler instanceof ICheckable;
    }

    /** Whether the handler asks for another sum than the payment's. */
    public function isPayable(): bool
    {
        return $this->handler instanceof IPayable;
    }

    /** Whether the handler blocks money first, and takes it later. */
    public function isBlockable(): bool
    {
        return $this->handler instanceof IHold;
    }

    public function getServiceId(): int
    {
        return (int) $this->fields['ID'];
    }

    public function getStartupRestrictions(): RestrictionInfoCollection
    {
        return $this->handler instanceof RestrictableServiceHandler ? $this->handler->getRestrictionList() : new RestrictionInfoCollection();
    }

    /** The order page's "check": what the handler gives is saved, and money that it says has come marks the payment without a look. */
    public function check(Payment $payment): ServiceResult
    {
        if (!$this->handler instanceof ICheckable) {
            return (new ServiceResult())->addError(Error::create('The pay system cannot be asked'));
        }
        $result = $this->handler->check($payment);
        if (!$result->isSuccess()) {
            return $result;
        }
        $payment->setFields($result->getPsData());
        if ($result->getOperationType() === ServiceResult::MONEY_COMING) {
            $payment->setPaid('Y');
        }
        $payment->getOrder()->save();
        return $result;
    }

    /**
     * The standard way of a callback. When it is not about a payment of an order that is not cancelled, the handler is not asked for a
     * response, so the caller gets an empty one. A handler's error marks the order. Nothing is locked.
     */
    public function processRequest(Request $request): ServiceResult
    {
        $handler = $this->handler;
        if (!$handler instanceof ServiceHandler) {
            return (new ServiceResult())->addError(Error::create('The handler takes no requests'));
        }
        $payment = self::paymentOf($handler, $request);
        if (!$payment instanceof Payment) {
            Logger::addError(get_class($this->handler) . ". ProcessRequest: $payment");
            return (new ServiceResult())->addError(Error::create($payment));
        }
        $result = $handler->processRequest($payment, $request);
        if ($result->isSuccess()) {
            $this->apply($payment, $result, $request);
        } else {
            $result->setResultApplied(false);
            Logger::addError(get_class($this->handler) . '. ProcessRequest Error: ' . implode("\n", $result->getErrorMessages()));
            EntityMarker::mark($payment->getOrder(), $payment, $result);
        }
        $this->tell('OnSaleAfterPsServiceProcessRequest', $payment, $result, $request);
        $handler->sendResponse($result, $request);
        return $result;
    }

    /** The payment, or why there is none. */
    private static function paymentOf(ServiceHandler $handler, Request $request): Payment|string
    {
        [$orderId, $paymentId] = Manager::getIdsByPayment($handler->getPaymentIdFromRequest($request));
        if ($orderId === 0) {
            return 'the payment is not found';
        }
        $order = Order::load($orderId);
        if ($order === null || $order->isCanceled()) {
            return $order === null ? 'the order is not found' : 'the order is cancelled';
        }
        return $order->getPaymentCollection()->getItemById($paymentId) ?? 'the payment is not in its order';
    }

    /** A failure here does not become the result's: the handler is told of it by isResultApplied() alone. */
    private function apply(Payment $payment, ServiceResult $result, Request $request): void
    {
        $errors = [];
        if ($result->getOperationType() !== null) {
            $isComing = $result->getOperationType() === ServiceResult::MONEY_COMING;
            if ($isComing) {
                $this->tell('OnSalePsServiceProcessRequestBeforePaid', $payment, $result, $request);
            } else {
                $payment->setFieldsNoDemand(['IS_RETURN' => Payment::RETURN_PS, 'PAY_RETURN_DATE' => new Date()]);
            }
            $errors = $payment->setPaid($isComing ? 'Y' : 'N')->getErrorMessages();
        }
        if ($result->getPsData() !== []) {
            array_push($errors, ...$payment->setFields($result->getPsData())->getErrorMessages());
        }
        array_push($errors, ...$payment->getOrder()->save()->getErrorMessages());
        if ($errors !== []) {
            $result->setResultApplied(false);
            Logger::addError(get_class($this->handler) . '. ProcessRequest: ' . implode("\n", $errors));
        }
    }

    private function tell(string $event, Payment $payment, ServiceResult $result, Request $request): void
    {
        $parameters = ['payment' => $payment, 'serviceResult' => $result, 'request' => $request];
        (new Event('sale', $event, $parameters))->send();
    }
}
