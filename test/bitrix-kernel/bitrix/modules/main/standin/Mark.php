<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Type\DateTime;
use Bitrix\Sale\Internals\Entity;

/** Who set or took back the mark of a problem, and when. */
final class Mark
{
    public static function sign(Entity $entity): void
    {
        global $USER;
        $entity->setField('DATE_MARKED', new DateTime());
        $entity->setField('EMP_MARKED_ID', $USER->GetID());
    }
}
