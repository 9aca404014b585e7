<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

/** A transaction inside another was rolled back, which only the outer one can be. */
class TransactionException extends SqlException
{
    public function __construct(string $message = '', ?\Throwable $previous = null)
    {
        parent::__construct('Transaction error', $message, $previous);
    }
}
