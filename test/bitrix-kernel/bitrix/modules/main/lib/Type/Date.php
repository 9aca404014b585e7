<?php

declare(strict_types=1);

namespace Bitrix\Main\Type;

use Bitrix\Main\ObjectException;

/** @phpstan-consistent-constructor */
class Date
{
    protected \DateTime $value;

    public function __construct(?string $date = null, ?string $format = null)
    {
        $value = $date === null ? new \DateTime() : \DateTime::createFromFormat($format ?? static::getFormat(), $date);
        if ($value === false) {
            throw new ObjectException("Incorrect date: $date");
        }
        $this->value = $value;
        $this->truncate();
    }

    /** As PHP writes it. */
    public static function getFormat(): string
    {
        return 'd.m.Y';
    }

    private function truncate(): void
    {
        if (!$this instanceof DateTime) {
            $this->value->setTime(0, 0);
        }
    }

    /** @return static */
    public static function createFromPhp(\DateTimeInterface $value)
    {
        return static::createFromTimestamp($value->getTimestamp());
    }

    /**
     * In PHP's own zone, whatever zone the moment was given in.
     *
     * @return static
     */
    public static function createFromTimestamp(int $timestamp)
    {
        $made = new static();
        $made->value->setTimestamp($timestamp);
        $made->truncate();
        return $made;
    }

    public function format(string $format): string
    {
        return $this->value->format($format);
    }

    /**
     * Moves it, by "1 day" or "-2 hours", or by "P1D" as PHP's DateInterval has it.
     *
     * @return $this
     */
    public function add(string $interval)
    {
        $step = str_starts_with($interval, 'P') ? new \DateInterval($interval) : \DateInterval::createFromDateString($interval);
        if ($step !== false) {
            $this->value->add($step);
            $this->truncate();
        }
        return $this;
    }

    public function getTimestamp(): int
    {
        return $this->value->getTimestamp();
    }

    public function toString(): string
    {
        return $this->format(static::getFormat());
    }

    public function __toString(): string
    {
        return $this->toString();
    }
}
