<?php

declare(strict_types=1);

/** Not thrown by PHP: `$APPLICATION` keeps it for whoever asks. */
class CApplicationException
{
    public function __construct(private readonly string $message, private readonly string $id = '')
    {
    }

    public function GetString(): string
    {
        return $this->message;
    }

    public function GetID(): string
    {
        return $this->id;
    }
}
