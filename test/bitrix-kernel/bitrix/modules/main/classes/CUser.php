<?php

declare(strict_types=1);

use StandIn\Visitor;

class CUser
{
    private const ADMIN_ID = 1;

    /** Null: nobody is logged in. */
    public function GetID(): ?int
    {
        return $this->IsAdmin() ? self::ADMIN_ID : null;
    }

    public function IsAuthorized(): bool
    {
        return Visitor::isKnown();
    }

    public function IsAdmin(): bool
    {
        return Visitor::isAdmin();
    }
}
