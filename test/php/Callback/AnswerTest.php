<?php

declare(strict_types=1);

namespace ClickBridge\Test\Callback;

use ClickBridge\Callback\Answer;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** What may go out to Click. */
final class AnswerTest extends TestCase
{
    /** @return array<string, array{string, bool}> */
    public static function texts(): array
    {
        return [
            'a success' => ['{"error":0,"error_note":"Success"}', true],
            'a refusal' => ['{"error":-9}', true],
            'nothing' => ['', false],
            'no JSON' => ['error: 0', false],
            'half of it' => ['{"error":0', false],
            'a number' => ['0', false],
            'a list' => ['[0]', false],
            'no error' => ['{"error_note":"Success"}', false],
            'an error that is null' => ['{"error":null}', false],
            'an error as text' => ['{"error":"0"}', false],
            'an error with a fraction' => ['{"error":0.0}', false],
            'bytes that are no UTF-8' => ["{\"error\":0,\"error_note\":\"\xff\"}", false],
            'two texts' => ['{"error":0}{"error":0}', false],
        ];
    }

    #[TestDox('$_dataName: whether Click finds a verdict in it')]
    #[DataProvider('texts')]
    public function testIsReadable(string $json, bool $isReadable): void
    {
        self::assertSame($isReadable, (new Answer($json))->isReadable());
    }

    #[TestDox('without a verdict Click hears -7, and the order is owed nothing')]
    public function testNoVerdict(): void
    {
        $answer = Answer::noVerdict();

        self::assertSame('{"error":-7,"error_note":"Failed to update user"}', $answer->json);
        self::assertNull($answer->orderUpdate);
    }
}
