<?php

declare(strict_types=1);

namespace ClickBridge\Settings;

use ClickBridge\Contract\V1\GetServerInfoRequest;
use ClickBridge\Contract\V1\GetServerInfoResponse;
use ClickBridge\Grpc\Code;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;

/** Whether the service answers at an address, and lets this shop do all that it has to. */
final class ServiceCheck
{
    private const PATH = 'clickbridge.v1.ServerService/GetServerInfo';
    /** A person waits for the page. */
    private const BUDGET_MS = 3_000;
    private const SCOPES = ['callback', 'checkout', 'updates'];

    public static function of(UnaryClient $client): Finding
    {
        $answer = $client->call(self::PATH, new GetServerInfoRequest(), new GetServerInfoResponse(), self::BUDGET_MS);
        if (!$answer instanceof Status) {
            $missing = array_diff(self::SCOPES, iterator_to_array($answer->getScopes()));
            return $missing === []
                ? new Finding('CLICKBRIDGE_CHECK_OK', true)
                : new Finding('CLICKBRIDGE_CHECK_SCOPE', false, implode(', ', $missing));
        }
        return match (true) {
            $answer->code === Code::Unauthenticated => new Finding('CLICKBRIDGE_CHECK_TOKEN', false),
            !$answer->fromPeer => new Finding('CLICKBRIDGE_CHECK_SILENT', false, $answer->message),
            default => new Finding('CLICKBRIDGE_CHECK_TROUBLED', false, $answer->forLog()),
        };
    }
}
