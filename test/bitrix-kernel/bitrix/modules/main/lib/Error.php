<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Error
{
    public function __construct(
        protected readonly string $message,
        protected readonly int|string $code = 0,
        protected readonly mixed $customData = null,
    ) {
    }

    public function getMessage(): string
    {
        return $this->message;
    }

    public function getCode(): int|string
    {
        return $this->code;
    }

    public function getCustomData(): mixed
    {
        return $this->customData;
    }

    public function __toString(): string
    {
        return $this->message;
    }
}
