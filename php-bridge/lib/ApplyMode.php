<?php

declare(strict_types=1);

namespace ClickBridge;

/** When Bitrix learns of a payment. */
enum ApplyMode: string
{
    /** By the request that answered Click, once the answer is out. */
    case AfterAnswer = 'after_answer';
    /** Only by the agent or cron. */
    case Agent = 'agent';
}
