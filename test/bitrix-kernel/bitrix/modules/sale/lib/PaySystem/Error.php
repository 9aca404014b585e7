<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

/** An error of a pay system. Only what was made for the buyer may be shown to one. */
final class Error extends \Bitrix\Main\Error
{
    private bool $isForBuyer = false;

    public static function create(string $message, int|string $code = 0): self
    {
        return new self($message, $code);
    }

    public static function createForBuyer(string $message, int|string $code = 0): self
    {
        $error = new self($message, $code);
        $error->isForBuyer = true;
        return $error;
    }

    public function isVisibleForBuyer(): bool
    {
        return $this->isForBuyer;
    }
}
