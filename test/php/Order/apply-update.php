<?php

/**
 * A process of its own: php apply-update.php <document root> <update, base64> [in parts]. Loads Bitrix, applies the update, and prints each thing
 * that the service would have been told. Killed, it leaves what a killed one leaves.
 */

declare(strict_types=1);

use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Order\Applier;
use ClickBridge\Order\ApplyResult;
use ClickBridge\Order\OrderUpdates;
use StandIn\PausePoint;

require dirname(__DIR__, 3) . '/php-bridge/autoload.php';

$_SERVER['DOCUMENT_ROOT'] = $argv[1];
require $_SERVER['DOCUMENT_ROOT'] . '/bitrix/modules/main/include/prolog_before.php';

$update = new OrderUpdate();
$update->mergeFromString((string) base64_decode($argv[2], true));

(new Applier(new class (!isset($argv[3])) extends OrderUpdates {
    public function __construct(private readonly bool $isWhole)
    {
    }

    public function claim(int $limit): array
    {
        return [];
    }

    public function start(OrderUpdate $update): bool
    {
        echo "start\n";
        return $this->isWhole;
    }

    public function acknowledge(OrderUpdate $update, ApplyResult $ending): void
    {
        PausePoint::at('telling');
        echo "outcome $ending->outcome", $ending->refusal === 0 ? '' : " refusal $ending->refusal", $ending->inParts ? ' in parts' : '', "\n";
    }
}))->apply($update);
