<?php

declare(strict_types=1);

namespace Bitrix\Main\ORM\Query;

/** Rows of a `getList`, one after the other. */
class Result extends \Bitrix\Main\DB\Result
{
}
