<?php

declare(strict_types=1);

namespace StandIn;

/** The code of an agent: a line of PHP. */
final class AgentCode
{
    /**
     * Runs the code of one agent and returns the code to run next ('' when it is done with). `$USER` is null then, as in Bitrix: whatever asks it
     * for a name ends with an Error.
     */
    public static function run(string $code): string
    {
        $GLOBALS['USER'] = null;
        $result = '';
        eval('$result = ' . $code);
        return (string) $result;
    }
}
