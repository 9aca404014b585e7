<?php

declare(strict_types=1);

namespace ClickBridge\Test;

use ClickBridge\Contract\V1\AcknowledgeOrderUpdateRequest;
use ClickBridge\Contract\V1\Callback;
use ClickBridge\Contract\V1\CreatePaymentLinkRequest;
use ClickBridge\Contract\V1\OrderUpdate;
use ClickBridge\Contract\V1\PrepareRequest;
use DateTimeImmutable;
use Google\Protobuf\Internal\Message;
use Google\Protobuf\Timestamp;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** The bytes that TypeScript writes and reads are those that PHP writes and reads (test/unit/repository/golden.test.ts). */
final class GoldenTest extends TestCase
{
    private const FOLDER = __DIR__ . '/../golden';

    /** Fields that are messages themselves, by their names in JSON. */
    private const MESSAGES = ['callback' => Callback::class, 'orderUpdate' => OrderUpdate::class];
    private const TIMES = ['captureTime', 'createTime', 'leaseExpireTime'];
    private const ENUMS = [
        'kind' => OrderUpdate\Kind::class,
        'outcome' => AcknowledgeOrderUpdateRequest\Outcome::class,
        'refusal' => AcknowledgeOrderUpdateRequest\Refusal::class,
        'cardType' => CreatePaymentLinkRequest\CardType::class,
    ];

    /** @return array<string, array{string, string, array<string, mixed>}> */
    public static function messages(): array
    {
        $messages = [];
        foreach (json_decode((string) file_get_contents(self::FOLDER . '/messages.json'), true) as $golden) {
            $messages["{$golden['file']}: {$golden['note']}"] = [$golden['file'], $golden['type'], $golden['json']];
        }
        return $messages;
    }

    /** @param array<string, mixed> $json */
    #[DataProvider('messages')]
    public function testTheJsonTwinIsWrittenToTheseBytes(string $file, string $type, array $json): void
    {
        $message = self::messageOf($type, self::fieldsOf($json));

        self::assertSame(bin2hex(self::bytesOf($file)), bin2hex($message->serializeToString()));
    }

    #[DataProvider('messages')]
    public function testTheBytesAreReadAndWrittenBackUnchanged(string $file, string $type): void
    {
        $message = self::messageOf($type);
        $message->mergeFromString(self::bytesOf($file));

        self::assertSame(bin2hex(self::bytesOf($file)), bin2hex($message->serializeToString()));
    }

    public function testAnAbsentFieldAndAnEmptyOneStayApart(): void
    {
        $request = new PrepareRequest();
        $request->mergeFromString(self::bytesOf('prepare-request.bin'));
        $callback = $request->getCallback();

        self::assertNotNull($callback);
        self::assertTrue($callback->hasClickPaydocId());
        self::assertFalse($callback->hasMerchantPrepareId());
    }

    /**
     * As the module fills messages: google/protobuf reads JSON only where bcmath is, which shops need not have.
     *
     * @param array<string, mixed> $json
     * @return array<string, mixed>
     */
    private static function fieldsOf(array $json): array
    {
        $fields = [];
        foreach ($json as $name => $value) {
            $fields[strtolower((string) preg_replace('/[A-Z]/', '_$0', $name))] = match (true) {
                isset(self::MESSAGES[$name]) && is_array($value) => new (self::MESSAGES[$name])(self::fieldsOf($value)),
                isset(self::ENUMS[$name]) && is_string($value) => constant(self::ENUMS[$name] . "::$value"),
                $name === 'body' && is_string($value) => base64_decode($value, true),
                in_array($name, self::TIMES, true) && is_string($value) => self::time($value),
                default => $value,
            };
        }
        return $fields;
    }

    private static function time(string $iso): Timestamp
    {
        $time = new DateTimeImmutable($iso);
        return new Timestamp(['seconds' => $time->getTimestamp(), 'nanos' => (int) $time->format('u') * 1000]);
    }

    /** @param array<string, mixed> $fields */
    private static function messageOf(string $type, array $fields = []): Message
    {
        $class = "ClickBridge\\Contract\\V1\\$type";
        $message = new $class($fields);
        self::assertInstanceOf(Message::class, $message);
        return $message;
    }

    private static function bytesOf(string $file): string
    {
        return (string) file_get_contents(self::FOLDER . "/$file");
    }
}
