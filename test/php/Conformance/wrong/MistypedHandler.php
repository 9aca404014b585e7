<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance\Wrong;

use Bitrix\Main\Request;
use Bitrix\Sale\PaySystem\ServiceHandler;
use Bitrix\Sale\PaySystem\ServiceResult;

/** Types of its own where the core has others. */
abstract class MistypedHandler extends ServiceHandler
{
    // both: Return type string of method ClickBridge\Test\Conformance\Wrong\MistypedHandler::includeDescription() is not covariant
    protected function includeDescription(): string
    {
        return '';
    }

    // both: Parameter #1 $payment (int) of method ClickBridge\Test\Conformance\Wrong\MistypedHandler::processRequest() is not
    public function processRequest(int $payment, Request $request)
    {
        return new ServiceResult();
    }
}
