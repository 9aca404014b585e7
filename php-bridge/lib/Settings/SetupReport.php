<?php

declare(strict_types=1);

namespace ClickBridge\Settings;

use ClickBridge\Contract\V1\CheckSetupRequest;
use ClickBridge\Contract\V1\CheckSetupResponse;
use ClickBridge\Contract\V1\SetupCheck;
use ClickBridge\Contract\V1\SetupCheck\Status as Outcome;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;

/** What the service itself finds wrong with the installation. Changes nothing. */
final class SetupReport
{
    /** The service gives the slowest of the hosts that it asks 20 seconds. */
    private const BUDGET_MS = 25_000;
    private const PATH = 'clickbridge.v1.SetupService/CheckSetup';
    private const MESSAGES = [
        Outcome::STATUS_WARNING => 'CLICKBRIDGE_SETUP_WARNING',
        Outcome::STATUS_FAULT => 'CLICKBRIDGE_SETUP_FAULT',
    ];

    /**
     * @param UnaryClient|null $client     with the administrator's token: the module's own must not have signed probes sent
     * @param list<string>    $callbackUrls the two of Click's cabinet, Prepare and then Complete
     * @return list<Finding> one for each thing that is not as it should be, then one for all the others
     */
    public static function of(?UnaryClient $client, array $callbackUrls): array
    {
        if ($client === null) {
            return [new Finding('CLICKBRIDGE_SETUP_NO_TOKEN', false)];
        }
        $request = new CheckSetupRequest(['callback_urls' => $callbackUrls]);
        $response = $client->call(self::PATH, $request, new CheckSetupResponse(), self::BUDGET_MS);
        if ($response instanceof Status) {
            return [self::unheard($response)];
        }
        $findings = [];
        $soundCount = 0;
        /** @var SetupCheck $check */
        foreach ($response->getChecks() as $check) {
            if ($check->getStatus() === Outcome::STATUS_OK) {
                $soundCount += 1;
                continue;
            }
            $about = $check->getSubject() === '' ? $check->getId() : "{$check->getId()}, {$check->getSubject()}";
            $message = self::MESSAGES[$check->getStatus()] ?? 'CLICKBRIDGE_SETUP_UNKNOWN';
            $findings[] = new Finding($message, false, trim("$about. {$check->getMessage()} {$check->getRemedy()}"), $check->getLink());
        }
        return [...$findings, new Finding('CLICKBRIDGE_SETUP_SOUND', true, (string) $soundCount)];
    }

    /** A service of an earlier version has no such call, and a token may lack the scope: payments go on without. */
    private static function unheard(Status $status): Finding
    {
        return match ($status->code) {
            Code::Unauthenticated => new Finding('CLICKBRIDGE_SETUP_TOKEN', false),
            Code::PermissionDenied => new Finding('CLICKBRIDGE_SETUP_SCOPE', false),
            default => new Finding('CLICKBRIDGE_SETUP_UNKNOWN', false, $status->forLog()),
        };
    }
}
