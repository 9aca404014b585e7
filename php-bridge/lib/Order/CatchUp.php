<?php

declare(strict_types=1);

namespace ClickBridge\Order;

use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Log;
use Throwable;

/** The agent: applies updates that were not applied after an answer, because PHP died or is configured so. */
final class CatchUp
{
    /** The code of the agent, as Bitrix keeps it. */
    public const AGENT = '\\' . self::class . '::run();';
    /** Limit per run, because the agent may run inside a visitor's page. */
    private const UPDATES_MAX = 100;
    private const SECONDS_MAX = 20;

    /** Runs once. Returns the call that Bitrix makes next time; anything else would delete the agent. */
    public static function run(): string
    {
        try {
            $config = Config::read(Config::path());
            if ($config instanceof ConfigFault) {
                Log::line($config->message);
            } else {
                self::applyDue(new OrderUpdates($config->client()));
            }
        } catch (Throwable $error) {
            Log::bug('the agent', $error);
        }
        return self::AGENT;
    }

    /**
     * A failed update is reported and retried later; the others are still applied. Claims one at a time: a lease of 30 seconds would expire
     * during a slow save, and an update that kills PHP would block the others until their leases end.
     */
    public static function applyDue(OrderUpdates $updates): void
    {
        $applier = new Applier($updates);
        $endNs = hrtime(true) + self::SECONDS_MAX * 1_000_000_000;
        for ($count = 0; $count < self::UPDATES_MAX && hrtime(true) < $endNs; $count += 1) {
            $due = $updates->claim(1);
            if ($due === []) {
                return;
            }
            $applier->apply($due[0]);
        }
    }
}
