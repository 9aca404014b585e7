<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Error;

class ResultError extends Error
{
}
