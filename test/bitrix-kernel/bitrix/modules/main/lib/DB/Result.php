<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

use Bitrix\Main\Type\Date;
use Bitrix\Main\Type\DateTime;

/** The rows of a statement. Dates come as Bitrix's own objects, everything else as text: numbers and sums too. */
abstract class Result
{
    private const DATE_TYPES = [
        MYSQLI_TYPE_DATETIME => DateTime::class,
        MYSQLI_TYPE_TIMESTAMP => DateTime::class,
        MYSQLI_TYPE_DATE => Date::class,
    ];
    private const DATE_FORMATS = [DateTime::class => 'Y-m-d H:i:s', Date::class => 'Y-m-d'];

    /** @var array<string, class-string<Date>> */
    private array $dates = [];

    public function __construct(private readonly ?\mysqli_result $rows)
    {
        foreach ($rows?->fetch_fields() ?? [] as $field) {
            if (isset(self::DATE_TYPES[$field->type])) {
                $this->dates[$field->name] = self::DATE_TYPES[$field->type];
            }
        }
    }

    /** @return array<string, mixed>|false */
    public function fetch(): array|false
    {
        $row = $this->rows?->fetch_assoc() ?? false;
        if ($row === false) {
            return false;
        }
        foreach ($this->dates as $name => $class) {
            if ($row[$name] !== null) {
                $row[$name] = new $class((string) $row[$name], self::DATE_FORMATS[$class]);
            }
        }
        return $row;
    }

    /** @return list<array<string, mixed>> */
    public function fetchAll(): array
    {
        $rows = [];
        while (($row = $this->fetch()) !== false) {
            $rows[] = $row;
        }
        return $rows;
    }

    public function getSelectedRowsCount(): int
    {
        return (int) ($this->rows->num_rows ?? 0);
    }
}
