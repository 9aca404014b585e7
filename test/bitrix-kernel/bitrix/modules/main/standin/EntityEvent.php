<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Event;
use Bitrix\Sale\Internals\Entity;

/** An event of sale about an order or a payment. */
final class EntityEvent
{
    /** @param array<string, mixed> $parameters */
    public static function send(Entity $entity, string $name, array $parameters = []): Event
    {
        $event = new Event('sale', $name, ['ENTITY' => $entity] + $parameters);
        $event->send();
        return $event;
    }
}
