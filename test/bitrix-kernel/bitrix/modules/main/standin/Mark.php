<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Internals\Entity;
use Bitrix\Sale\Order;

/** Who set or took back the mark of a problem, and when. */
final class Mark
{
    public static function sign(Entity $entity): void
    {
        global $USER;
        if ($entity->getField('MARKED') === 'Y') {
            $entity->setField('DATE_MARKED', new DateTime());
        } else {
            $entity->setField('REASON_MARKED', '');
        }
        $entity->setField('EMP_MARKED_ID', $USER->GetID());
        if ($entity instanceof Order) {
            $entity->setField('DATE_MARKED', new DateTime());
        }
    }
}
