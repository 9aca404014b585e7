<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

/** A statement broke a primary or unique key. */
class DuplicateEntryException extends SqlQueryException
{
}
