<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Log;
use Throwable;

/** The agent: applies what nobody applied after an answer, because PHP died or was told to leave it. */
final class CatchUp
{
    /** Each update is one order saved; a minute's work at most. */
    private const UPDATES_MAX = 20;

    /** Runs once. Gives the call that Bitrix makes next time; anything else would delete the agent. */
    public static function run(): string
    {
        try {
            $config = Config::read(Config::path());
            if ($config instanceof ConfigFault) {
                Log::line($config->message);
            } else {
                self::applyDue(new GrpcOrderUpdates($config->client()));
            }
        } catch (Throwable $error) {
            Log::bug('the agent', $error);
        }
        return '\\' . self::class . '::run();';
    }

    /** One that fails is told so and comes again later; the others are applied all the same. */
    public static function applyDue(OrderUpdates $updates): void
    {
        $applier = new Applier($updates);
        foreach ($updates->claim(self::UPDATES_MAX) as $update) {
            $applier->apply($update);
        }
    }
}
