<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Request;
use Bitrix\Sale\Payment;
use Bitrix\Sale\Services\Base\RestrictionInfo;
use Bitrix\Sale\Services\Base\RestrictionInfoCollection;
use Bitrix\Sale\Services\PaySystem\Restrictions\RestrictableServiceHandler;

abstract class ServiceHandler extends BaseServiceHandler implements RestrictableServiceHandler
{
    /** @return string|int|null */
    abstract public function getPaymentIdFromRequest(Request $request);

    /** @return ServiceResult */
    abstract public function processRequest(Payment $payment, Request $request);

    /** @return array<array-key, string> names that a request must have, or names with the values that it must have */
    public static function getIndicativeFields()
    {
        return [];
    }

    /**
     * @param int $paySystemId
     * @return bool
     */
    public static function isMyResponse(Request $request, $paySystemId)
    {
        $fields = static::getIndicativeFields();
        foreach ($fields as $name => $value) {
            $given = $request->get(is_int($name) ? $value : $name);
            if ($given === null || (!is_int($name) && $given != $value)) {
                return false;
            }
        }
        return $fields !== [] && static::isMyResponseExtended($request, $paySystemId);
    }

    /**
     * @param int $paySystemId
     * @return bool
     */
    protected static function isMyResponseExtended(Request $request, $paySystemId)
    {
        return true;
    }

    /** @return mixed */
    public function sendResponse(ServiceResult $result, Request $request)
    {
        return '';
    }

    /** Those that the admin page sets when it makes a pay system: the handler's currencies. */
    public function getRestrictionList(): RestrictionInfoCollection
    {
        $currencies = $this->getCurrencyList();
        $restrictions = $currencies === [] ? [] : [new RestrictionInfo('Currency', ['CURRENCY' => $currencies])];
        return new RestrictionInfoCollection(...$restrictions);
    }
}
