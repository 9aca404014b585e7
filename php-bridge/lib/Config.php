<?php

declare(strict_types=1);

namespace ClickBridge;

use ClickBridge\Grpc\Endpoint;
use ClickBridge\Grpc\TlsFiles;
use ClickBridge\Grpc\Transport;
use ClickBridge\Grpc\UnaryClient;
use Throwable;

/** Where the service is, from a PHP file that returns an array: the callback endpoint runs before any Bitrix kernel. */
final class Config
{
    private const ADDRESSES_MAX = 8;
    private const KEYS = ['addresses', 'token', 'admin_token', 'tls', 'apply', 'trusted_network'];
    private const TLS_KEYS = ['ca', 'cert', 'key'];

    /** @param non-empty-list<Endpoint> $endpoints */
    private function __construct(
        private readonly array $endpoints,
        private readonly string $token,
        private readonly string $adminToken,
        private readonly TlsFiles $tls,
        public readonly ApplyMode $applyMode,
    ) {
    }

    /** The file of this site; the environment overrides it for tests. */
    public static function path(): string
    {
        $override = function_exists('getenv') ? getenv('CLICKBRIDGE_CONFIG') : false;
        if (is_string($override) && $override !== '') {
            return $override;
        }
        $root = $_SERVER['DOCUMENT_ROOT'] ?? '';
        return (is_string($root) ? rtrim($root, '/') : '') . '/bitrix/php_interface/clickbridge.php';
    }

    /** Reads the file anew each time. A fault as well when the service cannot be called at all. Never throws, prints nothing. */
    public static function read(string $path): self|ConfigFault
    {
        $missing = Packages::fault();
        if ($missing !== null) {
            return new ConfigFault($missing);
        }
        $values = self::values($path);
        return $values instanceof ConfigFault ? $values : self::of($values);
    }

    /**
     * What the file returns, unchecked.
     *
     * @return array<mixed>|ConfigFault
     */
    public static function values(string $path): array|ConfigFault
    {
        if (!is_file($path) || !is_readable($path)) {
            return new ConfigFault("the configuration file $path is missing or not readable");
        }
        ob_start();
        try {
            $values = (static fn(): mixed => include $path)();
        } catch (Throwable $error) {
            return new ConfigFault("the configuration file $path does not run: " . get_class($error));
        } finally {
            ob_end_clean();
        }
        if (!is_array($values)) {
            return new ConfigFault("the configuration file $path returns no array");
        }
        // What admin_token was called at first: a shop's file must not stop its payments.
        return array_diff_key($values, ['refund_token' => true]) + ['admin_token' => $values['refund_token'] ?? ''];
    }

    /** @param array<mixed> $values what the file returns, or is about to */
    public static function of(array $values): self|ConfigFault
    {
        $unknown = array_diff(array_keys($values), self::KEYS);
        if ($unknown !== []) {
            return new ConfigFault('the configuration has an unknown key: ' . reset($unknown));
        }
        $trusted = $values['trusted_network'] ?? false;
        if (!is_bool($trusted)) {
            return new ConfigFault('"trusted_network" must be true or false', 'trusted_network');
        }
        $endpoints = self::endpoints($values['addresses'] ?? null, $trusted);
        if ($endpoints instanceof ConfigFault) {
            return $endpoints;
        }
        foreach (['token', 'admin_token'] as $key) {
            $tokens[$key] = $values[$key] ?? '';
            if (!is_string($tokens[$key]) || preg_match('/^[\x21-\x7e]*$/D', $tokens[$key]) !== 1) {
                return new ConfigFault("\"$key\" must be printable ASCII without spaces", $key);
            }
        }
        $tls = self::tls($values['tls'] ?? []);
        if ($tls instanceof ConfigFault) {
            return $tls;
        }
        $apply = $values['apply'] ?? ApplyMode::AfterAnswer->value;
        $mode = is_string($apply) ? ApplyMode::tryFrom($apply) : null;
        return $mode === null
            ? new ConfigFault('"apply" must be "after_answer" or "agent"', 'apply')
            : new self($endpoints, $tokens['token'], $tokens['admin_token'], $tls, $mode);
    }

    /** @return non-empty-list<Endpoint>|ConfigFault */
    private static function endpoints(mixed $addresses, bool $trusted): array|ConfigFault
    {
        if (!is_array($addresses) || $addresses === [] || count($addresses) > self::ADDRESSES_MAX) {
            return new ConfigFault('"addresses" must list 1 to ' . self::ADDRESSES_MAX . ' addresses', 'addresses');
        }
        $endpoints = [];
        foreach (array_values($addresses) as $index => $address) {
            $endpoint = is_string($address) ? Endpoint::parse($address) : null;
            if ($endpoint === null) {
                return new ConfigFault("\"addresses\" item $index must be unix:/path, tcp://host:port or tls://host:port", 'addresses');
            }
            if ($endpoint->isExposed() && !$trusted) {
                return new ConfigFault(
                    "\"addresses\" item $index is plaintext and not loopback: use tls://, or set \"trusted_network\" to true",
                    'addresses'
                );
            }
            $endpoints[] = $endpoint;
        }
        return $endpoints;
    }

    private static function tls(mixed $files): TlsFiles|ConfigFault
    {
        if (!is_array($files) || array_diff(array_keys($files), self::TLS_KEYS) !== []) {
            return new ConfigFault('"tls" may have "ca", "cert" and "key" only', 'tls');
        }
        $paths = [];
        foreach (self::TLS_KEYS as $key) {
            $path = $files[$key] ?? '';
            if (!is_string($path) || ($path !== '' && !self::isFile($path))) {
                return new ConfigFault("\"tls\" \"$key\" must be the absolute path of a readable PEM file", 'tls');
            }
            $paths[$key] = $path;
        }
        if ($paths['key'] !== '' && $paths['cert'] === '') {
            return new ConfigFault('"tls" "key" needs "cert" beside it', 'tls');
        }
        return new TlsFiles($paths['ca'], $paths['cert'], $paths['key']);
    }

    /** A path from the working folder would mean another file to each page. */
    private static function isFile(string $path): bool
    {
        return str_starts_with($path, '/') && is_file($path) && is_readable($path);
    }

    public function client(): UnaryClient
    {
        return new UnaryClient($this->endpoints, new Transport($this->token, $this->tls));
    }

    /** With the administrator's token, which may give money back and look the installation over; null when this shop has none. */
    public function adminClient(): ?UnaryClient
    {
        return $this->adminToken === '' ? null : new UnaryClient($this->endpoints, new Transport($this->adminToken, $this->tls));
    }

    /** @return array<string, UnaryClient> one for each address alone, by it: for whoever wants to know which of them answers */
    public function clients(): array
    {
        $clients = [];
        foreach ($this->endpoints as $endpoint) {
            $clients[$endpoint->address] = new UnaryClient([$endpoint], new Transport($this->token, $this->tls));
        }
        return $clients;
    }
}
