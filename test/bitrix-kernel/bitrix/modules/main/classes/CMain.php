<?php

declare(strict_types=1);

class CMain
{
    private ?CApplicationException $exception = null;

    /** The end of a page: its response goes out, and what waits for the end runs. */
    public function FinalActions(): void
    {
        \Bitrix\Main\Application::getInstance()->end();
    }

    /** @param string|CApplicationException $msg */
    public function ThrowException(mixed $msg, string|false $id = false): void
    {
        $this->exception = $msg instanceof CApplicationException ? $msg : new CApplicationException((string) $msg, (string) $id);
    }

    public function GetException(): CApplicationException|false
    {
        return $this->exception ?? false;
    }

    public function ResetException(): void
    {
        $this->exception = null;
    }
}
