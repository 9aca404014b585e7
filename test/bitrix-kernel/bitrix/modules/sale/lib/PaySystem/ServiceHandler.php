<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Request;
use Bitrix\Sale\Payment;

abstract class ServiceHandler extends BaseServiceHandler
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

    /** @return void */
    public function sendResponse(ServiceResult $result, Request $request)
    {
    }
}
