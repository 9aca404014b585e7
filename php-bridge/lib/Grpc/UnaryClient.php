<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

use Google\Protobuf\Internal\Message;
use Throwable;

/**
 * Makes unary calls to the service. Tries several addresses in order within one time budget, then the first one again, so that a restart of
 * a replica costs nothing. Only for idempotent calls.
 */
final class UnaryClient
{
    /** With less time than this a try is useless. */
    private const ATTEMPT_MS_MIN = 50;
    /** What a restarting service gets before the repeat. */
    private const REPEAT_PAUSE_MS = 100;

    /** @param non-empty-list<Endpoint> $endpoints */
    public function __construct(private readonly array $endpoints, private readonly Transport $transport)
    {
    }

    /**
     * Returns the filled message, or why there is none. Never throws for errors of the peer or the network.
     *
     * @template T of Message
     * @param string $path `package.Service/Method`
     * @param T $into
     * @param int $budgetMs for all addresses together; the call may overrun it by 150 ms
     * @return T|Status
     */
    public function call(string $path, Message $request, Message $into, int $budgetMs): Message|Status
    {
        $missing = $this->transport->missing();
        if ($missing !== null) {
            return new Status(Code::Unimplemented, $missing);
        }
        $frame = Frame::encode($request->serializeToString());
        $endMs = self::nowMs() + $budgetMs;
        $status = new Status(Code::DeadlineExceeded, 'no time left to ask');
        foreach ([...$this->endpoints, $this->endpoints[0]] as $index => $endpoint) {
            $left = count($this->endpoints) - $index;
            $pauseMs = $left === 0 ? self::REPEAT_PAUSE_MS : 0;
            // A silent address may use only its share, so that each of the others gets one.
            $timeoutMs = intdiv($endMs - self::nowMs() - $pauseMs, max(1, $left));
            if ($timeoutMs < self::ATTEMPT_MS_MIN) {
                break;
            }
            usleep($pauseMs * 1000);
            $bytes = ReplyReader::read($this->transport->post($endpoint, $path, $frame, $timeoutMs));
            if (is_string($bytes)) {
                return self::decode($bytes, $into);
            }
            $status = $bytes;
            if (!$status->isWorthRepeating()) {
                break;
            }
        }
        return $status;
    }

    /**
     * @template T of Message
     * @param T $into
     * @return T|Status
     */
    private static function decode(string $bytes, Message $into): Message|Status
    {
        try {
            $into->mergeFromString($bytes);
            return $into;
        } catch (Throwable) {
            return new Status(Code::Internal, 'the answer is not a message of the contract');
        }
    }

    private static function nowMs(): int
    {
        return intdiv((int) hrtime(true), 1_000_000);
    }
}
