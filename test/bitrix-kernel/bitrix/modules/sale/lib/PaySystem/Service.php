<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Event;
use Bitrix\Main\Request;
use Bitrix\Main\SystemException;
use Bitrix\Sale\Payment;
use Bitrix\Sale\Result;
use Bitrix\Sale\Services\Base\RestrictableService;
use Bitrix\Sale\Services\Base\RestrictionInfoCollection;
use Bitrix\Sale\Services\PaySystem\Restrictions\RestrictableServiceHandler;
use StandIn\Callback;
use StandIn\StatusCheck;

/** A pay system with its handler. */
class Service implements RestrictableService
{
    public const PAY_SYSTEM_PREFIX = 'PAYSYSTEM_';
    public const EVENT_BEFORE_ON_INITIATE_PAY = 'onSalePsBeforeInitiatePay';
    public const EVENT_INITIATE_PAY_SUCCESS = 'onSalePsInitiatePaySuccess';
    public const EVENT_ON_BEFORE_PAYMENT_PAID = 'OnSalePsServiceProcessRequestBeforePaid';
    public const EVENT_ON_AFTER_PROCESS_REQUEST = 'OnSaleAfterPsServiceProcessRequest';
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
    public function refund(Payment $payment, float $refundableSum = 0): ServiceResult
    {
        if (!$this->handler instanceof IRefund) {
            throw new SystemException('the pay system does not support returns');
        }
        // A handler that gives nothing ends in a fatal error on the next line, as in Bitrix.
        $result = $this->handler->refund($payment, $refundableSum);
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

    /** The order page's "check". */
    public function check(Payment $payment): ServiceResult
    {
        return $this->handler instanceof ICheckable ? StatusCheck::run($this->handler, $payment) : new ServiceResult();
    }

    /** The standard way of a callback. */
    public function processRequest(Request $request): Result
    {
        if (!$this->handler instanceof ServiceHandler) {
            return (new Result())->addError(Error::create('The handler takes no requests'));
        }
        return (new Callback($this->handler, $this, $request))->run();
    }
}
