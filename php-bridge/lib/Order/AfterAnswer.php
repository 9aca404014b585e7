<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Application;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Log;

/** What is left to do once Click has its answer: Bitrix learns of the payment. Needs the kernel. */
final class AfterAnswer
{
    /** Applies the update that came with the answer, if any, and ends the hit. */
    public static function finish(?OrderUpdate $update): never
    {
        if ($update !== null) {
            self::apply($update);
        }
        // Runs what event handlers put off to the end of the page. `FinalActions`, with which Bitrix's own pages end, would do it too, but sends
        // headers first, and PHP warns of each when an answer is out already.
        Application::getInstance()->terminate();
        exit;
    }

    private static function apply(OrderUpdate $update): void
    {
        $config = Config::read(Config::path());
        if ($config instanceof ConfigFault) {
            Log::line($config->message);
            return;
        }
        (new Applier(new OrderUpdates($config->client())))->apply($update);
    }
}
