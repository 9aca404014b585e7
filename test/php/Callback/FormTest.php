<?php

declare(strict_types=1);

namespace ClickBridge\Test\Callback;

use ClickBridge\Callback\Form;
use ClickBridge\Callback\HttpRequest;
use ClickBridge\Callback\Malformed;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** Click's fields out of a raw body: every byte counts, for the signature is over the text. */
final class FormTest extends TestCase
{
    private const FORM = 'application/x-www-form-urlencoded';

    #[TestDox('an absent field stays absent and an empty one stays empty')]
    public function testAbsentAndEmpty(): void
    {
        $fields = self::read('click_trans_id=1&merchant_prepare_id=&amount');

        self::assertSame(['click_trans_id' => '1', 'merchant_prepare_id' => '', 'amount' => ''], $fields);
    }

    #[TestDox('values come as they were sent: zeros, spaces, plus signs, Cyrillic')]
    public function testVerbatim(): void
    {
        $body = 'amount=0038400.00&merchant_trans_id=%D0%97%D0%B0%D0%BA%D0%B0%D0%B7%2F2+%2B1&sign_time=2026-01-15+12%3A00%3A00';
        $fields = self::read($body);

        self::assertSame(
            ['amount' => '0038400.00', 'merchant_trans_id' => 'Заказ/2 +1', 'sign_time' => '2026-01-15 12:00:00'],
            $fields
        );
    }

    #[TestDox('fields that are not among the eleven are left out, also those that PHP would rename into one')]
    public function testUnknownFields(): void
    {
        $fields = self::read('click.trans.id=9&BX_HANDLER=CLICKBRIDGE&amount=1&payment_status=2&%20amount=3');

        self::assertSame(['amount' => '1'], $fields);
    }

    /** @return array<string, array{string, string}> */
    public static function faults(): array
    {
        return [
            'an empty body' => ['', 'the body is empty'],
            'a list' => ['amount[]=1', 'amount must be text'],
            'a list whose bracket is encoded' => ['amount%5B%5D=1', 'amount must be text'],
            'a list beside the text' => ['amount=1&amount%5B0%5D=2', 'amount must be text'],
            'a field twice' => ['amount=1&amount=1', 'amount is there twice'],
            'an empty field twice' => ['error=&error=', 'error is there twice'],
            'bytes that are no UTF-8' => ['merchant_trans_id=%ff%fe', 'merchant_trans_id must be UTF-8'],
            'half a surrogate' => ['merchant_trans_id=%ED%A0%80', 'merchant_trans_id must be UTF-8'],
            'a long value' => ['amount=' . str_repeat('1', 2_049), 'amount must have at most 2048 bytes'],
            'too many fields' => [str_repeat('a=1&', 256), 'there must be at most 256 fields'],
        ];
    }

    #[TestDox('$_dataName is refused with a rule that names the field and quotes nothing')]
    #[DataProvider('faults')]
    public function testFaults(string $body, string $rule): void
    {
        $read = self::read($body);

        self::assertInstanceOf(Malformed::class, $read);
        self::assertSame($rule, $read->rule);
    }

    /** @return array<string, array{string, array<string, string>}> */
    public static function unsignedFaults(): array
    {
        return [
            'a note in windows-1251' => ['error_note=%CF%EB%E0%F2%B8%E6+ok', ['error_note' => '????? ok']],
            'a long note, cut between characters' => [
                'error_note=' . str_repeat('%D0%B6', 2_000),
                ['error_note' => str_repeat('ж', 1_024)],
            ],
            'a note that is a list' => ['error_note[]=1', []],
            'a note twice' => ['error_note=first&error_note=second', ['error_note' => 'first']],
            'a number of the payment that is a list' => ['click_paydoc_id[0]=1', []],
            'a number of the payment that is no UTF-8' => ['click_paydoc_id=%ff', []],
            'a number of the payment that is no number, for the service to tell' => ['click_paydoc_id=x', ['click_paydoc_id' => 'x']],
            'a number of the payment that is too long' => ['click_paydoc_id=' . str_repeat('1', 3_000), []],
            'an empty number of the payment' => ['click_paydoc_id=', ['click_paydoc_id' => '']],
        ];
    }

    /** @param array<string, string> $expected */
    #[TestDox('what is neither signed nor needed does not cost the verdict: $_dataName')]
    #[DataProvider('unsignedFaults')]
    public function testUnsignedFaults(string $body, array $expected): void
    {
        self::assertSame(['amount' => '1'] + $expected, self::read("amount=1&$body"));
    }

    #[TestDox('a body that was too long to be read is refused')]
    public function testTooLong(): void
    {
        $read = Form::read(new HttpRequest('POST', 'prepare', self::FORM, null, ''));

        self::assertInstanceOf(Malformed::class, $read);
        self::assertSame('the body must have at most 65536 bytes', $read->rule);
    }

    #[TestDox('a form without a content type, or with a charset in it, is read')]
    public function testContentTypes(): void
    {
        $types = [null, self::FORM, 'Application/X-WWW-Form-UrlEncoded; charset=UTF-8'];
        $read = array_map(static fn(?string $type) => self::read('amount=1', $type), $types);

        self::assertSame([['amount' => '1'], ['amount' => '1'], ['amount' => '1']], $read);
    }

    #[TestDox('any other content type is refused')]
    public function testOtherTypes(): void
    {
        $types = ['multipart/form-data; boundary=x', 'application/json', 'text/plain'];
        $rules = array_map(static fn(string $type) => self::read('amount=1', $type), $types);

        self::assertEquals(array_fill(0, 3, new Malformed('the body must be application/x-www-form-urlencoded')), $rules);
    }

    #[TestDox('only a POST is read')]
    public function testMethods(): void
    {
        $rules = array_map(
            static fn(string $method) => Form::read(new HttpRequest($method, 'prepare', self::FORM, 'amount=1', '')),
            ['GET', 'HEAD', 'PUT', '']
        );

        self::assertEquals(array_fill(0, 4, new Malformed('send a POST')), $rules);
    }

    /** @return array<string, string>|Malformed */
    private static function read(string $body, ?string $type = self::FORM): array|Malformed
    {
        return Form::read(new HttpRequest('POST', 'prepare', $type, $body, '127.0.0.1'));
    }
}
