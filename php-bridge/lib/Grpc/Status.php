<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

/** Why a call brought no message. Never OK: an OK call returns its message instead. */
final class Status
{
    /**
     * @param string $reason of the peer's ErrorInfo, for example `LEASE_LOST`; empty when it sent none
     * @param array<string, string> $metadata of the peer's ErrorInfo
     * @param bool $fromPeer false when this side made the status up, because no clear answer came
     */
    public function __construct(
        public readonly Code $code,
        public readonly string $message,
        public readonly string $reason = '',
        public readonly array $metadata = [],
        public readonly bool $fromPeer = false,
    ) {
    }

    /**
     * True when another address, or the same one a moment later, may do better. Only idempotent calls may be repeated, and by
     * the contract all calls of the module are.
     */
    public function isWorthRepeating(): bool
    {
        return match ($this->code) {
            Code::Unavailable, Code::DeadlineExceeded => true,
            Code::Internal => !$this->fromPeer,
            default => false,
        };
    }

    /** For a log: the peer's own message is left out, because it may name values. */
    public function forLog(): string
    {
        $text = strtoupper((string) preg_replace('/(?<!^)(?=[A-Z])/', '_', $this->code->name));
        if ($this->reason !== '') {
            $text .= ' ' . $this->reason;
        }
        return $this->fromPeer ? $text : "$text ({$this->message})";
    }
}
