<?php

declare(strict_types=1);

namespace ClickBridge\Setup;

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Main\Localization\LanguageTable;
use Bitrix\Main\Localization\Loc;
use CApplicationException;
use CCurrency;
use CCurrencyLang;
use CMain;

/**
 * The shop's currency UZS, made and mended through Bitrix's own API. A rate and the base currency are never changed: prices would mean
 * something else from one moment to the next.
 */
final class Uzs
{
    public const CODE = 'UZS';
    public const HANDLER = 'clickbridge';

    private const NUMERIC_CODE = '860';
    /**
     * A currency cannot be without a rate. This one makes everything absurdly dear in UZS until somebody types in the real one; 1 for 1
     * would sell the shop out for less than a hundredth. The service knows it for a placeholder: src/app/setup/currency.ts.
     */
    private const NO_RATE = ['AMOUNT' => 1, 'AMOUNT_CNT' => 1_000_000];

    /** @var list<string> */
    private array $changes = [];
    /** @var list<string> */
    private array $problems = [];

    private function __construct()
    {
        Loc::loadMessages(__FILE__);
    }

    /** Makes or mends the currency and its formats, and says what it changed. Called twice, the second call changes nothing. */
    public static function repair(): UzsReport
    {
        return self::onMaster(static function (self $uzs): void {
            $uzs->repairCurrency();
            $uzs->repairFormats();
            $uzs->lookAtRate();
        });
    }

    /** Restricts those of our pay systems to UZS that are offered for other currencies as well. Called twice: as `repair`. */
    public static function restrict(): UzsReport
    {
        return self::onMaster(static function (self $uzs): void {
            foreach (UzsRestriction::all() as $restriction) {
                if ($restriction->isOpen()) {
                    $uzs->close($restriction);
                }
            }
        });
    }

    /**
     * On a web cluster a slave may not know yet what the last press of the button wrote.
     *
     * @param callable(self): void $work
     */
    private static function onMaster(callable $work): UzsReport
    {
        $pool = Application::getInstance()->getConnectionPool();
        $pool->useMasterOnly(true);
        try {
            $uzs = new self();
            if (!Loader::includeModule('currency') || !Loader::includeModule('sale')) {
                $uzs->problem('NO_MODULE');
                return new UzsReport([], $uzs->problems, []);
            }
            $work($uzs);
            return $uzs->report();
        } finally {
            $pool->useMasterOnly(false);
        }
    }

    private function close(UzsRestriction $restriction): void
    {
        $refusal = $restriction->close();
        $place = ['#ID#' => (string) $restriction->paySystemId];
        if ($refusal === null) {
            $this->changed('RESTRICTED', $place);
        } else {
            $this->problem('RESTRICTION_REFUSED', $place + ['#WHY#' => $refusal]);
        }
    }

    private function repairCurrency(): void
    {
        $row = CCurrency::GetByID(self::CODE);
        if ($row === false) {
            $rate = CCurrency::GetBaseCurrency() === '' ? ['AMOUNT' => 1, 'AMOUNT_CNT' => 1] : self::NO_RATE;
            $fields = ['CURRENCY' => self::CODE, 'NUMCODE' => self::NUMERIC_CODE, 'SORT' => 100, 'BASE' => 'N'] + $rate;
            $this->done(CCurrency::Add($fields), 'ADDED');
            return;
        }
        $code = (string) ($row['NUMCODE'] ?? '');
        if ($code !== self::NUMERIC_CODE) {
            // Nothing else goes back: what is not named stays as it is, the rate above all.
            $written = CCurrency::Update(self::CODE, ['CURRENCY' => self::CODE, 'NUMCODE' => self::NUMERIC_CODE]);
            $this->done($written, 'CODE_CHANGED', ['#OLD#' => $code]);
        }
    }

    private function repairFormats(): void
    {
        if (CCurrency::GetByID(self::CODE) === false) {
            return;
        }
        $languages = LanguageTable::getList(['select' => ['LID'], 'filter' => ['=ACTIVE' => 'Y']]);
        while ($row = $languages->fetch()) {
            $language = (string) $row['LID'];
            $place = ['#LANGUAGE#' => $language];
            $format = CCurrencyLang::GetByID(self::CODE, $language);
            if ($format === false) {
                $fields = ['CURRENCY' => self::CODE, 'LID' => $language] + UzsFormat::whole($language);
                $this->done(CCurrencyLang::Add($fields), 'FORMAT_ADDED', $place);
                continue;
            }
            $fields = UzsFormat::repaired($format, $language);
            if ($fields !== []) {
                $this->done(CCurrencyLang::Update(self::CODE, $language, $fields), 'FORMAT_CHANGED', $place);
            }
        }
    }

    /** Said and left alone. */
    private function lookAtRate(): void
    {
        $row = CCurrency::GetByID(self::CODE);
        $base = CCurrency::GetBaseCurrency();
        if ($row === false) {
            return;
        }
        if ($base === '') {
            $this->problem('NO_BASE');
            return;
        }
        [$amount, $count] = [(float) $row['AMOUNT'], (int) $row['AMOUNT_CNT']];
        $isPlaceholder = $amount === (float) self::NO_RATE['AMOUNT'] && $count === self::NO_RATE['AMOUNT_CNT'];
        if ($base !== self::CODE && ($isPlaceholder || $amount === (float) $count)) {
            $this->problem('NO_RATE', ['#COUNT#' => (string) $count, '#AMOUNT#' => (string) $amount, '#BASE#' => $base]);
        }
    }

    /** @param array<string, string> $words */
    private function done(string|int|bool $result, string $code, array $words = []): void
    {
        if ($result !== false) {
            $this->changed($code, $words);
            return;
        }
        global $APPLICATION;
        $exception = $APPLICATION instanceof CMain ? $APPLICATION->GetException() : false;
        $this->problem('REFUSED', ['#WHY#' => $exception instanceof CApplicationException ? $exception->GetString() : '']);
    }

    /** @param array<string, string> $words */
    private function changed(string $code, array $words): void
    {
        $this->changes[] = self::text($code, $words);
    }

    /** @param array<string, string> $words */
    private function problem(string $code, array $words = []): void
    {
        $this->problems[] = self::text($code, $words);
    }

    /** @param array<string, string> $words */
    private static function text(string $code, array $words): string
    {
        return (string) Loc::getMessage("CLICKBRIDGE_UZS_$code", $words);
    }

    private function report(): UzsReport
    {
        $open = [];
        foreach (UzsRestriction::all() as $restriction) {
            if ($restriction->isOpen()) {
                $open[] = $restriction->paySystemId;
            } elseif ($restriction->keepsUzsOut()) {
                $this->problem('KEPT_OUT', ['#ID#' => (string) $restriction->paySystemId]);
            }
        }
        return new UzsReport($this->changes, $this->problems, $open);
    }
}
