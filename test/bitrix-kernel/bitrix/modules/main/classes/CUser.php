<?php

declare(strict_types=1);

class CUser
{
    private ?int $id = null;

    /** Null: nobody is logged in. */
    public function GetID(): ?int
    {
        return $this->id;
    }

    public function IsAuthorized(): bool
    {
        return $this->id !== null;
    }

    /** Signs a user in. */
    public function Authorize(int $id): bool
    {
        $this->id = $id;
        return true;
    }
}
