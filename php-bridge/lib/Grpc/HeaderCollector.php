<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

/** Sorts the lines that curl hands to CURLOPT_HEADERFUNCTION into headers and, after the empty line, trailers. */
final class HeaderCollector
{
    private const BYTES_MAX = 32_768;

    /** @var array<string, string> */
    public array $headers = [];
    /** @var array<string, string> */
    public array $trailers = [];
    private bool $headersEnded = false;
    private int $bytes = 0;

    /** Returns what curl wants: the length of a line it accepts, or 0 to break off. */
    public function take(string $line): int
    {
        $this->bytes += strlen($line);
        if ($this->bytes > self::BYTES_MAX) {
            return 0;
        }
        $text = rtrim($line, "\r\n");
        if (preg_match('~^HTTP/[0-9.]+ [0-9]{3}~', $text) === 1) {
            // A status line starts anew: what came before belonged to an interim 1xx answer.
            $this->headers = $this->trailers = [];
            $this->headersEnded = false;
        } elseif ($text === '') {
            $this->headersEnded = true;
        } elseif (str_contains($text, ':')) {
            [$name, $value] = explode(':', $text, 2);
            $name = strtolower(trim($name));
            if ($this->headersEnded) {
                $this->trailers[$name] = trim($value);
            } else {
                $this->headers[$name] = trim($value);
            }
        }
        return strlen($line);
    }
}
