<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Application;
use Bitrix\Main\Event;
use Bitrix\Sale\PaySystem\Manager;
use StandIn\Hit;

/** The settings of pay systems, by code, pay system and person type of the buyer. */
final class BusinessValue
{
    public const COMMON_PERSON_ID = 0;

    private bool $consumersAreLoaded = false;

    /**
     * The value of the person type, else the common one; null when neither is set, or when it is '' or '0'. One that is a field comes as the
     * field is: a sum is a float.
     *
     * @param Payment|Order|int|null $providerOrPersonType whose fields ORDER and PAYMENT values are read from
     */
    public static function get(string $code, ?string $consumer = null, Payment|Order|int|null $providerOrPersonType = null): mixed
    {
        self::loadConsumers();
        $order = $providerOrPersonType instanceof Payment ? $providerOrPersonType->getOrder() : $providerOrPersonType;
        $personType = $order instanceof Order ? $order->getPersonTypeId() : (int) $order;
        $mapping = self::mapping($code, $consumer, $personType) ?: self::mapping($code, $consumer, self::COMMON_PERSON_ID);
        if ($mapping === []) {
            return null;
        }
        $field = (string) $mapping['PROVIDER_VALUE'];
        $value = match ($mapping['PROVIDER_KEY']) {
            'INPUT', 'VALUE' => $field,
            'PAYMENT' => $providerOrPersonType instanceof Payment ? $providerOrPersonType->getField($field) : null,
            'ORDER' => $order instanceof Order ? $order->getField($field) : null,
            'USER' => $order instanceof Order ? self::userField($order->getUserId(), $field) : null,
            default => null,
        };
        return in_array($value, ['', '0'], true) ? null : $value;
    }

    /** @return array{PROVIDER_KEY: string, PROVIDER_VALUE: ?string}|array{} that of this person type alone, or nothing */
    private static function mapping(string $code, ?string $consumer, ?int $personType): array
    {
        $row = Application::getConnection()->query(
            'SELECT PROVIDER_KEY, PROVIDER_VALUE FROM b_sale_bizval WHERE ' . implode(' AND ', self::place($code, $consumer, $personType))
        )->fetch();
        return $row === false ? [] : ['PROVIDER_KEY' => (string) $row['PROVIDER_KEY'], 'PROVIDER_VALUE' => $row['PROVIDER_VALUE']];
    }

    /**
     * Writes one value, or takes it away when the mapping is empty. Nothing is refused: not an unknown provider, field, code or person type, and
     * not a text that MySQL cuts.
     *
     * @param array{PROVIDER_KEY?: string, PROVIDER_VALUE?: ?string} $mapping
     */
    public static function setMapping(string $code, ?string $consumer, ?int $personType, array $mapping): Result
    {
        $code = strtoupper($code);
        (new Event('sale', 'OnBusinessValueSetMapping', [
            'CODE_KEY' => $code,
            'CONSUMER_KEY' => $consumer,
            'PERSON_TYPE_ID' => $personType,
            'OLD_MAPPING' => self::mapping($code, $consumer, $personType),
            'NEW_MAPPING' => $mapping,
        ]))->send();
        $connection = Application::getConnection();
        $place = self::place($code, $consumer, $personType);
        $values = array_intersect_key($mapping, ['PROVIDER_KEY' => true, 'PROVIDER_VALUE' => true]);
        $connection->queryExecute(
            $values === []
                ? 'DELETE FROM b_sale_bizval WHERE ' . implode(' AND ', $place)
                : 'REPLACE INTO b_sale_bizval SET ' . implode(', ', $place) . ', ' . $connection->getSqlHelper()->assignments($values)
        );
        return new Result();
    }

    /** @return list<string> */
    private static function place(string $code, ?string $consumer, ?int $personType): array
    {
        $helper = Application::getConnection()->getSqlHelper();
        return [
            "CODE_KEY = {$helper->convertToDbString($code)}",
            "CONSUMER_KEY = {$helper->convertToDbString((string) $consumer)}",
            'PERSON_TYPE_ID = ' . (int) $personType,
        ];
    }

    private static function userField(int $userId, string $field): mixed
    {
        $row = Application::getConnection()->query("SELECT * FROM b_user WHERE ID = $userId")->fetch();
        return $row === false ? null : $row[$field] ?? null;
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
