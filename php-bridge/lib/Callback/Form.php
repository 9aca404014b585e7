<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

/**
 * Click's eleven fields as text, byte for byte. Read from the raw body and not from $_POST: there PHP renames fields, keeps the last of
 * two, drops what is beyond max_input_vars with a warning, and Bitrix's web firewall may have rewritten it. Click signed what it sent.
 */
final class Form
{
    private const FIELDS = [
        'click_trans_id',
        'service_id',
        'click_paydoc_id',
        'merchant_trans_id',
        'merchant_prepare_id',
        'amount',
        'action',
        'error',
        'error_note',
        'sign_time',
        'sign_string',
    ];
    /** Neither signed nor needed for a verdict: a fault in one of them must not cost Click its answer. */
    private const UNSIGNED = ['error_note', 'click_paydoc_id'];
    /** All eleven together stay far below the 64 KB that the service takes. */
    private const VALUE_BYTES_MAX = 2_048;
    private const PAIRS_MAX = 256;

    /** @return array<string, string>|Malformed only the fields that are there: absent and empty are different faults */
    public static function read(HttpRequest $request): array|Malformed
    {
        if ($request->method !== 'POST') {
            return new Malformed('send a POST');
        }
        $type = strtolower(trim(explode(';', $request->contentType ?? 'application/x-www-form-urlencoded')[0]));
        // Not multipart: php://input does not show it, and only one of the two pages for callbacks has it parsed.
        return $type === 'application/x-www-form-urlencoded'
            ? self::fromBody($request->body)
            : new Malformed('the body must be application/x-www-form-urlencoded');
    }

    /** @return array<string, string>|Malformed */
    private static function fromBody(?string $body): array|Malformed
    {
        if ($body === null) {
            return new Malformed('the body must have at most ' . HttpRequest::BODY_BYTES_MAX . ' bytes');
        }
        if ($body === '') {
            return new Malformed('the body is empty');
        }
        if (substr_count($body, '&') >= self::PAIRS_MAX) {
            return new Malformed('there must be at most ' . self::PAIRS_MAX . ' fields');
        }
        $fields = [];
        foreach (explode('&', $body) as $pair) {
            [$name, $value] = explode('=', $pair, 2) + [1 => ''];
            $name = urldecode($name);
            $field = self::known($name);
            if ($field === null) {
                continue;
            }
            if ($field !== $name || isset($fields[$field])) {
                if (in_array($field, self::UNSIGNED, true)) {
                    continue;
                }
                return new Malformed($field !== $name ? "$field must be text" : "$field is there twice");
            }
            $fields[$field] = urldecode($value);
        }
        return self::checked($fields);
    }

    /** The field that a name means: itself, or itself with an index as in `amount[]`. */
    private static function known(string $name): ?string
    {
        $base = explode('[', $name, 2)[0];
        return in_array($base, self::FIELDS, true) ? $base : null;
    }

    /**
     * @param array<string, string> $fields
     * @return array<string, string>|Malformed
     */
    private static function checked(array $fields): array|Malformed
    {
        $fields = self::withoutUnsignedFaults($fields);
        foreach ($fields as $field => $value) {
            if (strlen($value) > self::VALUE_BYTES_MAX) {
                return new Malformed("$field must have at most " . self::VALUE_BYTES_MAX . ' bytes');
            }
            // A protobuf string throws on anything else.
            if (!mb_check_encoding($value, 'UTF-8')) {
                return new Malformed("$field must be UTF-8");
            }
        }
        return $fields;
    }

    /**
     * A note is cut and its bad bytes are replaced; a number that cannot be read is left out, as if Click had sent none. One that can be
     * read and is none goes on, for the service says in its log that it ignored it.
     *
     * @param array<string, string> $fields
     * @return array<string, string>
     */
    private static function withoutUnsignedFaults(array $fields): array
    {
        if (isset($fields['error_note'])) {
            $fields['error_note'] = mb_strcut(mb_scrub($fields['error_note'], 'UTF-8'), 0, self::VALUE_BYTES_MAX, 'UTF-8');
        }
        $paydocId = $fields['click_paydoc_id'] ?? '';
        if (strlen($paydocId) > self::VALUE_BYTES_MAX || !mb_check_encoding($paydocId, 'UTF-8')) {
            unset($fields['click_paydoc_id']);
        }
        return $fields;
    }
}
