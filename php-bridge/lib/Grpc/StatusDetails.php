<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

use Google\Protobuf\Any;
use Google\Rpc\ErrorInfo;
use Google\Rpc\Status as RpcStatus;
use Throwable;

/** The ErrorInfo inside `grpc-status-details-bin`. Empty when there is none or it cannot be read: the code alone still counts. */
final class StatusDetails
{
    private const ERROR_INFO_TYPE = 'type.googleapis.com/google.rpc.ErrorInfo';

    /** @param array<string, string> $metadata */
    private function __construct(public readonly string $reason, public readonly array $metadata)
    {
    }

    /** @param string $base64 with or without padding */
    public static function decode(string $base64): self
    {
        $bytes = base64_decode(rtrim(strtok($base64, ',') ?: '', '='), true);
        if ($bytes === false || $bytes === '') {
            return new self('', []);
        }
        try {
            return self::errorInfo($bytes) ?? new self('', []);
        } catch (Throwable) {
            return new self('', []);
        }
    }

    private static function errorInfo(string $bytes): ?self
    {
        $status = new RpcStatus();
        $status->mergeFromString($bytes);
        /** @var Any $any */
        foreach ($status->getDetails() as $any) {
            if ($any->getTypeUrl() !== self::ERROR_INFO_TYPE) {
                continue;
            }
            $info = new ErrorInfo();
            $info->mergeFromString($any->getValue());
            $metadata = [];
            foreach ($info->getMetadata() as $key => $value) {
                $metadata[(string) $key] = (string) $value;
            }
            return new self($info->getReason(), $metadata);
        }
        return null;
    }
}
