<?php

declare(strict_types=1);

class CMain
{
    private ?CApplicationException $exception = null;

    /** The end of a page: its response goes out, and what waits for the end runs. */
    public static function FinalActions(): void
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

    public function GetCurPage(): string
    {
        return (string) ($_SERVER['SCRIPT_NAME'] ?? '');
    }

    public function SetTitle(string $title): void
    {
    }

    /** Shows the page for logging in and ends the hit. */
    public function AuthForm(string $message): never
    {
        http_response_code(403);
        exit('Access denied');
    }

    /** A whole page of the admin section around one file, and the end of the hit. As in Bitrix the file runs inside a function. */
    public function IncludeAdminFile(string $strTitle, string $filepath): never
    {
        global $APPLICATION, $USER;
        echo '<h1>', htmlspecialcharsbx($strTitle), '</h1>';
        include $filepath;
        exit;
    }
}
