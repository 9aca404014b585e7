<?php

declare(strict_types=1);

namespace Bitrix\Main;

use Bitrix\Main\Type\ParameterDictionary;

/** What came with the hit: the query and the body in one list, the body's values first. */
abstract class Request extends ParameterDictionary
{
    /** @param array<array-key, mixed> $values */
    public function __construct(protected readonly Server $server, array $values)
    {
        parent::__construct($values);
    }

    public function getServer(): Server
    {
        return $this->server;
    }
}
