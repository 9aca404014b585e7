<?php

declare(strict_types=1);

namespace ClickBridge\Setup;

use Bitrix\Main\Application;
use Bitrix\Main\Loader;
use Bitrix\Main\Localization\Loc;
use Bitrix\Sale\Services\PaySystem\Restrictions\Currency;
use Bitrix\Sale\Services\PaySystem\Restrictions\Manager as Restrictions;
use CApplicationException;
use CCurrency;
use CCurrencyLang;
use CMain;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Contract\V1\CurrencyProblem;
use ClickBridge\Contract\V1\CurrencyRepair;
use ClickBridge\Contract\V1\CurrencyRepair\Kind;
use ClickBridge\Contract\V1\PlanCurrencyRequest;
use ClickBridge\Contract\V1\PlanCurrencyResponse;
use ClickBridge\Grpc\Status;

/** Writes what the service says of the shop's currency UZS, through Bitrix's own API. What is wrong with it is the service's to know. */
final class CurrencySetup
{
    private const CODE = 'UZS';
    private const SORT = 100;
    private const PLAN = 'clickbridge.v1.SetupService/PlanCurrency';
    /** A person waits for the page. */
    private const BUDGET_MS = 3_000;

    /**
     * Makes or mends the currency and its formats, or with $isRestricting restricts our pay systems to it. Called twice, the second call
     * changes nothing. Without the service nothing is done, and said so.
     */
    public static function here(bool $isRestricting): CurrencyReport
    {
        $config = Config::read(Config::path());
        return self::mend(
            static fn(): PlanCurrencyResponse|Status|ConfigFault => $config instanceof ConfigFault
                ? $config
                : $config->client()->call(self::PLAN, new PlanCurrencyRequest(), new PlanCurrencyResponse(), self::BUDGET_MS),
            $isRestricting,
        );
    }

    /** @param callable(): (PlanCurrencyResponse|Status|ConfigFault) $plan once more when all is written */
    public static function mend(callable $plan, bool $isRestricting): CurrencyReport
    {
        Loc::loadMessages(__FILE__);
        if (!Loader::includeModule('currency') || !Loader::includeModule('sale')) {
            return new CurrencyReport([], [self::text('NO_MODULE')], []);
        }
        $found = $plan();
        [$changes, $refusals] = $found instanceof PlanCurrencyResponse ? self::carryOut($found, $isRestricting) : [[], []];
        $left = $found instanceof PlanCurrencyResponse ? $plan() : $found;
        if (!$left instanceof PlanCurrencyResponse) {
            $why = $left instanceof Status ? $left->forLog() : $left->message;
            return new CurrencyReport($changes, [...$refusals, self::text('NOT_ASKED', ['WHY' => $why])], []);
        }
        [$problems, $open] = [[], []];
        /** @var CurrencyProblem $problem */
        foreach ($left->getProblems() as $problem) {
            $problems[] = self::text($problem->getMessage(), $problem->getWords());
        }
        /** @var CurrencyRepair $repair */
        foreach ($left->getRepairs() as $repair) {
            if ($repair->getKind() === Kind::KIND_RESTRICT) {
                $open[] = (int) $repair->getPaySystemId();
            }
        }
        // Messages without a text in this module are left out.
        return new CurrencyReport($changes, [...$refusals, ...array_values(array_filter($problems))], $open);
    }

    /** @return array{list<string>, list<string>} what was changed, and what Bitrix refused */
    private static function carryOut(PlanCurrencyResponse $plan, bool $isRestricting): array
    {
        [$changes, $refusals] = [[], []];
        $pool = Application::getInstance()->getConnectionPool();
        // Bitrix looks at what is there before it writes, and on a web cluster a slave may not know yet.
        $pool->useMasterOnly(true);
        try {
            /** @var CurrencyRepair $repair */
            foreach ($plan->getRepairs() as $repair) {
                $done = self::text($repair->getMessage(), $repair->getWords());
                if (($repair->getKind() === Kind::KIND_RESTRICT) !== $isRestricting || $done === '') {
                    continue;
                }
                $refusal = self::write($repair);
                if ($refusal === null) {
                    $changes[] = $done;
                    continue;
                }
                $why = ['WHY' => $refusal, 'ID' => $repair->getPaySystemId()];
                $refusals[] = self::text($isRestricting ? 'RESTRICTION_REFUSED' : 'REFUSED', $why);
                if ($repair->getKind() === Kind::KIND_ADD_CURRENCY) {
                    break;
                }
            }
        } finally {
            $pool->useMasterOnly(false);
        }
        return [$changes, $refusals];
    }

    /** Null, or Bitrix's own message when it refuses. */
    private static function write(CurrencyRepair $repair): ?string
    {
        $fields = iterator_to_array($repair->getFields());
        if ($repair->getKind() === Kind::KIND_RESTRICT) {
            return self::restrict($repair);
        }
        $result = match ($repair->getKind()) {
            Kind::KIND_ADD_CURRENCY => CCurrency::Add($fields),
            Kind::KIND_UPDATE_CURRENCY => CCurrency::Update(self::CODE, $fields),
            Kind::KIND_ADD_FORMAT => CCurrencyLang::Add($fields),
            default => CCurrencyLang::Update(self::CODE, $repair->getLanguage(), $fields),
        };
        if ($result !== false) {
            return null;
        }
        global $APPLICATION;
        $exception = $APPLICATION instanceof CMain ? $APPLICATION->GetException() : false;
        return $exception instanceof CApplicationException ? $exception->GetString() : '';
    }

    private static function restrict(CurrencyRepair $repair): ?string
    {
        $saved = Currency::save([
            'SERVICE_ID' => (int) $repair->getPaySystemId(),
            'SERVICE_TYPE' => Restrictions::SERVICE_TYPE_PAYMENT,
            'SORT' => self::SORT,
            'PARAMS' => ['CURRENCY' => [self::CODE]],
        ], (int) $repair->getRestrictionId());
        return $saved->isSuccess() ? null : implode(' ', $saved->getErrorMessages());
    }

    /**
     * Empty for a code that this module does not know.
     *
     * @param iterable<string, int|string> $values by name
     */
    private static function text(string $code, iterable $values = []): string
    {
        $replace = [];
        foreach ($values as $name => $value) {
            $replace["#$name#"] = (string) $value;
        }
        return (string) Loc::getMessage("CLICKBRIDGE_UZS_$code", $replace);
    }
}
