<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use Bitrix\Main\Application;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Log;

/** Applies the order update after the answer to Click. Needs the kernel. */
final class AfterAnswer
{
    /** Applies the update that came with the answer, if any, and ends the hit. */
    public static function finish(?OrderUpdate $update): never
    {
        if ($update !== null) {
            self::apply($update);
        }
        // Runs work that event handlers deferred to the end of the page. `FinalActions`, with which Bitrix's own pages end, does it too, but
        // sends headers first, and PHP warns about each after an answer.
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
