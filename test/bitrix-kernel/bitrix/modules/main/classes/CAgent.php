<?php

declare(strict_types=1);

class CAgent
{
    /**
     * Runs the code of one agent and returns the code to run next ('' when it is done with). While it runs, `$USER` is null, as in Bitrix:
     * whatever asks it for a name ends with a fatal error.
     */
    public static function run(string $code): string
    {
        global $USER;
        $kept = $USER;
        $USER = null;
        try {
            $result = '';
            eval('$result = ' . $code);
            return (string) $result;
        } finally {
            $USER = $kept;
        }
    }
}
