<?php

declare(strict_types=1);

namespace Bitrix\Main;

use Bitrix\Main\Type\ParameterDictionary;

class Server extends ParameterDictionary
{
    /** @param array<array-key, mixed> $values */
    public function __construct(array $values)
    {
        parent::__construct($values);
    }
}
