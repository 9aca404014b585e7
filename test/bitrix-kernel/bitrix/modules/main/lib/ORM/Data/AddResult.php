<?php

declare(strict_types=1);

namespace Bitrix\Main\ORM\Data;

class AddResult extends Result
{
    private int|string|null $id = null;

    /** @param int|string $id */
    public function setId($id): void
    {
        $this->id = $id;
    }

    public function getId(): int|string|null
    {
        return $this->id;
    }
}
