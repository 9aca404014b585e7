<?php

declare(strict_types=1);

namespace ClickBridge\Settings;

use ClickBridge\ApplyMode;
use ClickBridge\Config;
use ClickBridge\ConfigFault;

/** The settings page's form: what it shows of the values, and the values that it asks for. The tokens go in and never come out. */
final class SettingsForm
{
    /** The module's own, and the administrator's, which may give money back. */
    public const TOKENS = ['token', 'admin_token'];
    private const TLS_FIELDS = ['ca', 'cert', 'key'];

    /**
     * The values that a posted form asks for, over those that are there: what the page knows nothing of stays.
     *
     * @param array<mixed> $post
     * @param array<mixed> $before
     * @return array<mixed>|ConfigFault
     */
    public static function values(array $post, array $before): array|ConfigFault
    {
        $tokens = [];
        foreach (self::TOKENS as $name) {
            $token = self::text($post, $name);
            $tokens[$name] = match (true) {
                $token !== '' => $token,
                self::text($post, "{$name}_delete") === 'Y' => '',
                default => $before[$name] ?? '',
            };
        }
        $values = self::asked($post) + $tokens + $before;
        $config = Config::of($values);
        return $config instanceof ConfigFault ? $config : $values;
    }

    /**
     * What the form asks for but the tokens.
     *
     * @param array<mixed> $post
     * @return array<string, mixed>
     */
    public static function asked(array $post): array
    {
        $tls = [];
        foreach (self::TLS_FIELDS as $name) {
            $tls[$name] = self::text($post, "tls_$name");
        }
        $lines = array_map('trim', explode("\n", self::text($post, 'addresses')));
        return [
            'addresses' => array_values(array_filter($lines, static fn(string $line) => $line !== '')),
            'tls' => array_filter($tls, static fn(string $path) => $path !== ''),
            'apply' => self::text($post, 'apply'),
            'trusted_network' => self::text($post, 'trusted_network') === 'Y',
        ];
    }

    /**
     * The text of each field.
     *
     * @param array<mixed> $values
     * @return array<string, string>
     */
    public static function fields(array $values): array
    {
        $addresses = is_array($values['addresses'] ?? null) ? $values['addresses'] : [];
        $fields = [
            'addresses' => implode("\n", array_filter($addresses, 'is_string')),
            'apply' => self::text($values, 'apply', ApplyMode::AfterAnswer->value),
            'trusted_network' => ($values['trusted_network'] ?? false) === true ? 'Y' : '',
        ];
        $tls = is_array($values['tls'] ?? null) ? $values['tls'] : [];
        foreach (self::TLS_FIELDS as $name) {
            $fields["tls_$name"] = self::text($tls, $name);
        }
        return $fields;
    }

    /** @param array<mixed> $values */
    private static function text(array $values, string $name, string $default = ''): string
    {
        $value = $values[$name] ?? $default;
        return is_string($value) ? trim($value) : '';
    }
}
