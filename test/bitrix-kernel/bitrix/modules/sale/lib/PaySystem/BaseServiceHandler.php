<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Request;
use Bitrix\Sale\BusinessValue;
use Bitrix\Sale\Payment;
use StandIn\HandlerFolder;

abstract class BaseServiceHandler
{
    /** The template is printed. */
    public const STREAM = 1;
    /** The template is given back in the result. */
    public const STRING = 2;

    /** @var array<string, mixed> */
    private array $extraParams = [];
    protected int $initiateMode = self::STREAM;

    /** @param string $handlerType */
    public function __construct(protected $handlerType, protected Service $service)
    {
    }

    /** @return ServiceResult */
    abstract public function initiatePay(Payment $payment, ?Request $request = null);

    /** @return list<string> */
    abstract public function getCurrencyList();

    public function setInitiateMode(int $mode): void
    {
        $this->initiateMode = $mode;
    }

    /** @return array<string, string> */
    public static function getHandlerModeList()
    {
        return [];
    }

    /**
     * @param string|null $psMode
     * @return string
     */
    public function getClientType($psMode)
    {
        return ClientType::DEFAULT;
    }

    /** @return bool */
    public function isTuned()
    {
        return true;
    }

    /**
     * Runs `template/<name>.php` of the handler with `$params` (all settings and the extra parameters) and `$payment`.
     *
     * @param string $template
     * @return ServiceResult
     */
    public function showTemplate(?Payment $payment = null, $template = '')
    {
        $result = new ServiceResult();
        $params = array_merge($this->getParamsBusValue($payment), $this->extraParams);
        $file = $this->searchTemplate($template);
        if ($file === null) {
            return $result->addError(Error::create("The template $template is missing"));
        }
        ob_start();
        (static function (string $file, array $params, ?Payment $payment): void {
            include $file;
        })($file, $params, $payment);
        $text = (string) ob_get_clean();
        if ($this->initiateMode === self::STRING) {
            $result->setTemplate($text);
        } else {
            echo $text;
        }
        return $result;
    }

    private function searchTemplate(string $template): ?string
    {
        $file = HandlerFolder::search($this->service->getField('ACTION_FILE'))[0] . "/template/$template.php";
        return is_file($file) ? $file : null;
    }

    /** @param array<string, mixed> $values */
    public function setExtraParams(array $values): void
    {
        $this->extraParams = $values;
    }

    /**
     * All settings that the description names, the secret ones included.
     *
     * @return array<string, mixed>
     */
    public function getParamsBusValue(?Payment $payment = null)
    {
        $description = Manager::getHandlerDescription($this->service->getField('ACTION_FILE'));
        $values = [];
        foreach (array_keys($description['CODES'] ?? []) as $code) {
            $values[(string) $code] = $this->getBusinessValue($payment, (string) $code);
        }
        return $values;
    }

    /**
     * @param string $code
     * @return mixed
     */
    protected function getBusinessValue(?Payment $payment, $code)
    {
        $value = BusinessValue::get($code, $this->service->getConsumerName(), $payment);
        return is_string($value) ? trim($value) : $value;
    }
}
