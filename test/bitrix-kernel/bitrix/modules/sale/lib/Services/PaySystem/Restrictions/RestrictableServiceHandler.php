<?php

declare(strict_types=1);

namespace Bitrix\Sale\Services\PaySystem\Restrictions;

use Bitrix\Sale\Services\Base\RestrictionInfoCollection;

interface RestrictableServiceHandler
{
    public function getRestrictionList(): RestrictionInfoCollection;
}
