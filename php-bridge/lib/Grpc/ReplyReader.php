<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

/** Checks a reply. Only a clean OK with exactly one message is success. */
final class ReplyReader
{
    /** The bytes of the message, or why there is none. */
    public static function read(Exchange $exchange): string|Status
    {
        if ($exchange->fault !== null) {
            $code = $exchange->timedOut ? Code::DeadlineExceeded : Code::Unavailable;
            return new Status($code, $exchange->fault);
        }
        if ($exchange->httpStatus !== 200) {
            return new Status(Code::Unavailable, "HTTP status {$exchange->httpStatus} instead of 200");
        }
        if (preg_match('~^application/grpc(\+proto)?(;|$)~i', $exchange->headers['content-type'] ?? '') !== 1) {
            return new Status(Code::Unavailable, 'the answer is not application/grpc');
        }
        // An error without a body comes as trailers only, which curl shows as the headers.
        $trailers = $exchange->body === '' ? $exchange->trailers + $exchange->headers : $exchange->trailers;
        $number = $trailers['grpc-status'] ?? '';
        if (preg_match('/^[0-9]{1,9}$/D', $number) !== 1) {
            return new Status(Code::Internal, 'the answer has no gRPC status');
        }
        if ((int) $number !== Code::Ok->value) {
            return self::refusal((int) $number, $trailers);
        }
        return Frame::decode($exchange->body)
            ?? new Status(Code::Internal, 'the answer is OK but does not hold exactly one uncompressed message');
    }

    /** @param array<string, string> $trailers */
    private static function refusal(int $number, array $trailers): Status
    {
        $details = StatusDetails::decode($trailers['grpc-status-details-bin'] ?? '');
        return new Status(
            Code::tryFrom($number) ?? Code::Unknown,
            mb_scrub(rawurldecode($trailers['grpc-message'] ?? ''), 'UTF-8'),
            $details->reason,
            $details->metadata,
            fromPeer: true,
        );
    }
}
