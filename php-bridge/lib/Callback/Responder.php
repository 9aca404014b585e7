<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

use ClickBridge\ApplyMode;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Contract\V1\AnswerCallbackResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Log;
use Throwable;

/** Turns a callback into an answer. The verdict and its text are the service's; without one the answer is −7, never 0. */
final class Responder
{
    /** Click must be answered within 5 s; the rest is for PHP itself. */
    private const BUDGET_MS = 4_400;
    private const PATH = 'clickbridge.v1.CallbackService/AnswerCallback';

    /**
     * Answers the present request. Never throws: Click always gets JSON.
     *
     * @param bool $certificationOnly true for the playground: nothing but the certification account may answer
     */
    public static function answerCurrent(bool $certificationOnly = false): Answer
    {
        try {
            $answer = self::ask($certificationOnly);
        } catch (Throwable $error) {
            Log::bug('a callback', $error);
            return Answer::noVerdict();
        }
        if (is_string($answer)) {
            Log::line($answer);
            return Answer::noVerdict();
        }
        return $answer;
    }

    /** The answer, or why there is none. */
    private static function ask(bool $certificationOnly): Answer|string
    {
        $config = Config::read(Config::path());
        if ($config instanceof ConfigFault) {
            return $config->message;
        }
        $request = HttpRequest::current($certificationOnly, $config->applyMode === ApplyMode::Agent);
        $reply = $config->client()->call(self::PATH, $request, new AnswerCallbackResponse(), self::BUDGET_MS);
        if ($reply instanceof Status) {
            return "no verdict on a callback: {$reply->forLog()}";
        }
        $answer = new Answer($reply->getJsonBody(), $reply->getOrderUpdate());
        return $answer->isReadable() ? $answer : 'no verdict on a callback: the service gave an answer that Click cannot read';
    }
}
