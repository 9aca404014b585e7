<?php

declare(strict_types=1);

namespace Bitrix\Sale\Services\Base;

interface RestrictableService
{
    public function getServiceId(): int;

    public function getStartupRestrictions(): RestrictionInfoCollection;
}
