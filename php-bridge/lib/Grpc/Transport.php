<?php

declare(strict_types=1);

namespace ClickBridge\Grpc;

/** Posts one gRPC frame over HTTP/2 with ext-curl and collects what comes back. */
final class Transport
{
    /** As in install/version.php, which needs not to be read for each call; a test holds the two together. */
    public const MODULE_VERSION = '0.1.0';
    /** Far above every reply of the contract that the module asks for. */
    private const BODY_BYTES_MAX = 1_048_576;
    private const CONNECT_MS_MAX = 1_000;
    /** How much longer than the service's own deadline curl waits, so that the service's own answer arrives. */
    private const GRACE_MS = 150;

    private readonly bool $hasHttp2;

    /** @param int|null $curlFeatures what curl_version() says; given by tests only */
    public function __construct(
        private readonly string $token,
        private readonly TlsFiles $tls,
        ?int $curlFeatures = null,
    ) {
        $features = $curlFeatures ?? (curl_version()['features'] ?? 0);
        $this->hasHttp2 = ((int) $features & CURL_VERSION_HTTP2) !== 0;
    }

    /** A sentence when this PHP cannot speak gRPC at all, else null. */
    public function missing(): ?string
    {
        if (!function_exists('curl_exec')) {
            return 'PHP has no curl_exec: take it out of disable_functions for this site';
        }
        return $this->hasHttp2 ? null : "PHP's curl has no HTTP/2, which gRPC needs: install a curl built with nghttp2 (7.47 or newer)";
    }

    /**
     * One request on a fresh connection: in libcurl 7.88 a handle that is used again over plaintext HTTP/2 fails.
     *
     * @param string $path `package.Service/Method`
     * @param int $timeoutMs the service's deadline; this returns at most 150 ms later
     */
    public function post(Endpoint $endpoint, string $path, string $frame, int $timeoutMs): Exchange
    {
        $curl = curl_init();
        $head = new HeaderCollector();
        $body = '';
        $tooLong = false;
        curl_setopt_array($curl, $this->options($endpoint, $path, $frame, $timeoutMs) + [
            CURLOPT_HEADERFUNCTION => static fn($curl, string $line): int => $head->take($line),
            CURLOPT_WRITEFUNCTION => static function ($curl, string $bytes) use (&$body, &$tooLong): int {
                $tooLong = strlen($body) + strlen($bytes) > self::BODY_BYTES_MAX;
                if ($tooLong) {
                    return 0;
                }
                $body .= $bytes;
                return strlen($bytes);
            },
        ]);
        curl_exec($curl);
        $errno = curl_errno($curl);
        $fault = $errno === 0 ? null : ($tooLong ? 'the reply is too long' : curl_strerror($errno) . ", at {$endpoint->address}");
        if ($fault === null && (int) curl_getinfo($curl, CURLINFO_HTTP_VERSION) !== CURL_HTTP_VERSION_2) {
            $fault = "{$endpoint->address} does not speak HTTP/2";
        }
        $httpStatus = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        return new Exchange($fault, $errno === CURLE_OPERATION_TIMEDOUT, $httpStatus, $head->headers, $head->trailers, $body);
    }

    /** @return array<int, mixed> */
    private function options(Endpoint $endpoint, string $path, string $frame, int $timeoutMs): array
    {
        return [
            CURLOPT_URL => "{$endpoint->url}/$path",
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => $frame,
            CURLOPT_HTTPHEADER => $this->headers($timeoutMs),
            CURLOPT_HTTP_VERSION => $endpoint->tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
            CURLOPT_FRESH_CONNECT => true,
            CURLOPT_FORBID_REUSE => true,
            CURLOPT_TIMEOUT_MS => $timeoutMs + self::GRACE_MS,
            CURLOPT_CONNECTTIMEOUT_MS => max(1, min($timeoutMs, self::CONNECT_MS_MAX)),
            CURLOPT_NOSIGNAL => true,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false,
            // The environment's http_proxy must not see payments.
            CURLOPT_PROXY => '',
            CURLOPT_NOPROXY => '*',
        ] + ($endpoint->socketPath === null ? [] : [CURLOPT_UNIX_SOCKET_PATH => $endpoint->socketPath])
            + ($endpoint->tls ? $this->tlsOptions() : []);
    }

    /** @return list<string> */
    private function headers(int $timeoutMs): array
    {
        $headers = [
            'Content-Type: application/grpc',
            'TE: trailers',
            "grpc-timeout: {$timeoutMs}m",
            'User-Agent: click-bridge-php',
            'clickbridge-module-version: ' . self::MODULE_VERSION,
            'Expect:',
            'Accept:',
        ];
        if ($this->token !== '') {
            $headers[] = "Authorization: Bearer {$this->token}";
        }
        return $headers;
    }

    /** @return array<int, mixed> */
    private function tlsOptions(): array
    {
        return [CURLOPT_SSL_VERIFYPEER => true, CURLOPT_SSL_VERIFYHOST => 2]
            + ($this->tls->ca === '' ? [] : [CURLOPT_CAINFO => $this->tls->ca])
            + ($this->tls->cert === '' ? [] : [CURLOPT_SSLCERT => $this->tls->cert])
            + ($this->tls->key === '' ? [] : [CURLOPT_SSLKEY => $this->tls->key]);
    }
}
