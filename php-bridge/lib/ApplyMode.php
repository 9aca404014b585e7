<?php

declare(strict_types=1);

namespace ClickBridge;

/** When order updates are applied. */
enum ApplyMode: string
{
    /** By the request that answered Click, after the answer. */
    case AfterAnswer = 'after_answer';
    /** Only by the agent or cron. */
    case Agent = 'agent';
}
