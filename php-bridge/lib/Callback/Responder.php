<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

use ClickBridge\ApplyMode;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Contract\V1\Callback;
use ClickBridge\Contract\V1\CompleteRequest;
use ClickBridge\Contract\V1\CompleteResponse;
use ClickBridge\Contract\V1\PrepareRequest;
use ClickBridge\Contract\V1\PrepareResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Log;
use Throwable;

/** Turns a callback into an answer. The verdict and its text are the service's; without one the answer is −7, never 0. */
final class Responder
{
    /** Click must be answered within 5 s; the rest is for PHP itself. */
    private const BUDGET_MS = 4_400;
    private const SERVICE = 'clickbridge.v1.CallbackService';

    /** Answers the request that PHP is serving now. Never throws. */
    public static function answerCurrent(bool $certificationOnly = false): Answer
    {
        try {
            return self::answer(HttpRequest::current($certificationOnly), Config::path());
        } catch (Throwable $error) {
            Log::bug('a callback', $error);
            return Answer::noVerdict();
        }
    }

    /** Never throws: whatever happens, Click gets JSON. */
    public static function answer(HttpRequest $request, string $configPath): Answer
    {
        try {
            $fields = Form::read($request);
            if ($fields instanceof Malformed) {
                return Answer::malformed($fields);
            }
            // Without a route both cabinet URLs are one. Anything but a Complete is for the service to refuse.
            $route = $request->route ?? (($fields['action'] ?? '') === '1' ? 'complete' : 'prepare');
            return match ($route) {
                'prepare' => self::ask($configPath, static fn(Config $config) => self::prepare($config, $fields, $request)),
                'complete' => self::ask($configPath, static fn(Config $config) => self::complete($config, $fields, $request)),
                default => Answer::malformed(new Malformed('the route must be prepare or complete')),
            };
        } catch (Throwable $error) {
            Log::bug('a callback', $error);
            return Answer::noVerdict();
        }
    }

    /** @param callable(Config): (Answer|Status) $call */
    private static function ask(string $configPath, callable $call): Answer
    {
        $config = Config::read($configPath);
        if ($config instanceof ConfigFault) {
            Log::line($config->message);
            return Answer::noVerdict();
        }
        $answer = $call($config);
        if ($answer instanceof Status) {
            Log::line("no verdict on a callback: {$answer->forLog()}");
            return Answer::noVerdict();
        }
        if (!$answer->isReadable()) {
            Log::line('no verdict on a callback: the service gave an answer that Click cannot read');
            return Answer::noVerdict();
        }
        return $answer;
    }

    /** @param array<string, string> $fields */
    private static function prepare(Config $config, array $fields, HttpRequest $request): Answer|Status
    {
        $question = new PrepareRequest([
            'callback' => new Callback($fields),
            'caller_address' => $request->callerAddress,
            'certification_only' => $request->certificationOnly,
        ]);
        $reply = $config->client()->call(self::SERVICE . '/Prepare', $question, new PrepareResponse(), self::BUDGET_MS);
        return $reply instanceof Status ? $reply : new Answer($reply->getJsonBody());
    }

    /** @param array<string, string> $fields */
    private static function complete(Config $config, array $fields, HttpRequest $request): Answer|Status
    {
        $question = new CompleteRequest([
            'callback' => new Callback($fields),
            'caller_address' => $request->callerAddress,
            'certification_only' => $request->certificationOnly,
            'leave_order_update' => $config->applyMode === ApplyMode::Agent,
            'unencrypted' => $request->unencrypted,
        ]);
        $reply = $config->client()->call(self::SERVICE . '/Complete', $question, new CompleteResponse(), self::BUDGET_MS);
        if ($reply instanceof Status) {
            return $reply;
        }
        $update = $config->applyMode === ApplyMode::AfterAnswer ? $reply->getOrderUpdate() : null;
        return new Answer($reply->getJsonBody(), $update);
    }
}
