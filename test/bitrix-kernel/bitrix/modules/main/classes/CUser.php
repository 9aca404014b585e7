<?php

declare(strict_types=1);

class CUser
{
    /** Null: nobody is logged in. */
    public function GetID(): ?int
    {
        return null;
    }

    public function IsAuthorized(): bool
    {
        return false;
    }
}
