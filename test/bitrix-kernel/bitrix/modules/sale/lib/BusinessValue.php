<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Sale\PaySystem\Manager;
use StandIn\Hit;

/** The settings of pay systems, by code, pay system and person type of the buyer. */
class BusinessValue
{
    private const COMMON_PERSON_TYPE = 0;

    private bool $consumersAreLoaded = false;

    /**
     * The value of the person type, else the common one; null when neither is set, or when it is '' or '0'.
     *
     * @param Payment|Order|int|null $providerOrPersonType whose fields ORDER and PAYMENT values are read from
     */
    public static function get(string $code, ?string $consumer = null, Payment|Order|int|null $providerOrPersonType = null): ?string
    {
        self::loadConsumers();
        $order = $providerOrPersonType instanceof Payment ? $providerOrPersonType->getOrder() : $providerOrPersonType;
        $personType = $order instanceof Order ? $order->getPersonTypeId() : (int) $order;
        $connection = Application::getConnection();
        $helper = $connection->getSqlHelper();
        $row = $connection->query(
            'SELECT PROVIDER_KEY, PROVIDER_VALUE FROM b_sale_bizval'
            . " WHERE CODE_KEY = {$helper->convertToDbString($code)} AND CONSUMER_KEY = {$helper->convertToDbString((string) $consumer)}"
            . " AND PERSON_TYPE_ID IN ($personType, " . self::COMMON_PERSON_TYPE . ') ORDER BY PERSON_TYPE_ID DESC LIMIT 1'
        )->fetch();
        $value = $row === false ? null : self::provided($row['PROVIDER_KEY'], (string) $row['PROVIDER_VALUE'], $providerOrPersonType, $order);
        return in_array($value, [null, '', '0'], true) ? null : $value;
    }

    private static function provided(string $provider, string $value, mixed $payment, mixed $order): ?string
    {
        $field = match ($provider) {
            'INPUT', 'VALUE' => $value,
            'PAYMENT' => $payment instanceof Payment ? $payment->getField($value) : null,
            'ORDER' => $order instanceof Order ? $order->getField($value) : null,
            default => null,
        };
        return $field === null ? null : (string) $field;
    }

    /** The first value that a hit asks for includes the description of every pay system: what one of them prints comes out here. */
    private static function loadConsumers(): void
    {
        $self = Hit::current()->keep(self::class, static fn() => new self());
        if ($self->consumersAreLoaded) {
            return;
        }
        $self->consumersAreLoaded = true;
        foreach (Manager::getList() as $item) {
            Manager::getHandlerDescription((string) $item['ACTION_FILE']);
        }
    }
}
