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
    /** The code of the agent, as Bitrix keeps it. */
    public const AGENT = '\\' . self::class . '::run();';
    /** What one run may take on. The agent may sit inside a visitor's page. */
    private const UPDATES_MAX = 100;
    private const SECONDS_MAX = 20;

    /** Runs once. Gives the call that Bitrix makes next time; anything else would delete the agent. */
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
     * One that fails is told so and comes again later; the others are applied all the same. Claimed one at a time: a lease lasts 30 seconds, which
     * would run out behind a slow save, and one that kills PHP would keep the rest waiting for theirs.
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
