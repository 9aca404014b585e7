<?php

declare(strict_types=1);

namespace Bitrix\Main\ORM;

use Bitrix\Main\Error;

/** An error of an entity: one without a code of its own has this one. */
class EntityError extends Error
{
    public function __construct(string $message, int|string $code = 'BX_ERROR')
    {
        parent::__construct($message, $code);
    }
}
