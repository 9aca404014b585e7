<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

/** The database cannot be reached. No SqlQueryException: no statement failed. */
class ConnectionException extends Exception
{
}
