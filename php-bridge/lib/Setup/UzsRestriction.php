<?php

declare(strict_types=1);

namespace ClickBridge\Setup;

use Bitrix\Sale\Internals\ServiceRestrictionTable;
use Bitrix\Sale\PaySystem\Manager;
use Bitrix\Sale\Services\PaySystem\Restrictions\Currency;
use Bitrix\Sale\Services\PaySystem\Restrictions\Manager as Restrictions;

/** The currency restriction of one of our pay systems. Bitrix adds it only when an admin makes the pay system on its page. */
final class UzsRestriction
{
    private const SORT = 100;

    /** @param list<array{int, list<string>}> $restrictions id and currencies; an order has to pass all of them */
    private function __construct(public readonly int $paySystemId, private readonly array $restrictions)
    {
    }

    /** @return list<self> of our pay systems that are switched on */
    public static function all(): array
    {
        $all = [];
        foreach (Manager::getList() as $row) {
            if ($row['ACTION_FILE'] === Uzs::HANDLER && $row['ACTIVE'] === 'Y') {
                $all[] = self::of((int) $row['ID']);
            }
        }
        return $all;
    }

    /** Read from the table: the list of Bitrix's own manager is cached and does not show what was saved in this hit. */
    private static function of(int $paySystemId): self
    {
        $rows = ServiceRestrictionTable::getList(['filter' => [
            '=SERVICE_ID' => $paySystemId,
            '=SERVICE_TYPE' => Restrictions::SERVICE_TYPE_PAYMENT,
            '=CLASS_NAME' => ['\\' . Currency::class, Currency::class],
        ]])->fetchAll();
        $restrictions = [];
        foreach ($rows as $row) {
            $currencies = is_array($row['PARAMS'] ?? null) ? ($row['PARAMS']['CURRENCY'] ?? []) : [];
            $restrictions[] = [(int) $row['ID'], array_values(array_map('strval', (array) $currencies))];
        }
        return new self($paySystemId, $restrictions);
    }

    /** Whether orders in another currency are offered it too. */
    public function isOpen(): bool
    {
        return $this->allowed() !== [Uzs::CODE] && !$this->keepsUzsOut();
    }

    /** An admin said so: that is no fault of ours to mend. */
    public function keepsUzsOut(): bool
    {
        $allowed = $this->allowed();
        return $allowed !== null && !in_array(Uzs::CODE, $allowed, true);
    }

    /** Lets UZS alone through: changes the first restriction, or adds one. Gives Bitrix's own words when it refuses. */
    public function close(): ?string
    {
        $id = $this->restrictions[0][0] ?? 0;
        $saved = Currency::save([
            'SERVICE_ID' => $this->paySystemId,
            'SERVICE_TYPE' => Restrictions::SERVICE_TYPE_PAYMENT,
            'SORT' => self::SORT,
            'PARAMS' => ['CURRENCY' => [Uzs::CODE]],
        ], $id);
        return $saved->isSuccess() ? null : implode(' ', $saved->getErrorMessages());
    }

    /** @return list<string>|null null: every currency */
    private function allowed(): ?array
    {
        $lists = array_column($this->restrictions, 1);
        return $lists === [] ? null : array_values(array_intersect(...$lists));
    }
}
