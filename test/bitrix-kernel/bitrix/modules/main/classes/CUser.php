<?php

declare(strict_types=1);

class CUser
{
    private ?int $id = null;

    /** As text; "0": nobody is logged in. */
    public function GetID(): string
    {
        return (string) (int) $this->id;
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

    public function IsAdmin(): bool
    {
        return \StandIn\Visitor::isAdmin();
    }
}
