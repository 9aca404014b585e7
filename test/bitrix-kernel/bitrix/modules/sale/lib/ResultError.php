<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\ORM\EntityError;

class ResultError extends EntityError
{
}
