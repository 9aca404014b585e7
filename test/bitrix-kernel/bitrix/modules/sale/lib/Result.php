<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Error;

/** A result that can have warnings beside its errors. With warnings alone it is a success. */
class Result extends \Bitrix\Main\ORM\Data\Result
{
    /** @var list<Error> */
    protected array $warnings = [];
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

    /** @param Error[] $warnings */
    public function addWarnings(array $warnings): void
    {
        array_push($this->warnings, ...array_values($warnings));
    }

    public function addWarning(Error $warning): void
    {
        $this->warnings[] = $warning;
    }

    /** How many there are. */
    public function hasWarnings(): int
    {
        return count($this->warnings);
    }

    /** @return list<Error> */
    public function getWarnings(): array
    {
        return $this->warnings;
    }

    /** @return list<string> */
    public function getWarningMessages(): array
    {
        return array_map(static fn(Error $warning) => $warning->getMessage(), $this->warnings);
    }
}
