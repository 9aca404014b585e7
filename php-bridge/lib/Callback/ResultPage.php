<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

use ClickBridge\Order\AfterAnswer;

/**
 * Bitrix's own page for callbacks, which asks active pay systems alone and prints nothing when none of them is meant. Click must hear an
 * answer all the same: a Complete may come for a pay system that was switched off after the Prepare, with the money taken.
 */
final class ResultPage
{
    private const PAGE = '/bitrix/tools/sale_ps_result.php';
    private const MARK = 'CLICKBRIDGE';

    /** An event handler of main, so it runs on every page: it must be nothing to all but one. Ends the hit on that one. */
    public static function answer(): void
    {
        if (($_SERVER['SCRIPT_NAME'] ?? '') !== self::PAGE || ($_GET['BX_HANDLER'] ?? '') !== self::MARK) {
            return;
        }
        if (!class_exists(Responder::class)) {
            // The folder is being copied: the handler has an answer for that.
            return;
        }
        $answer = Responder::answerCurrent();
        EarlyAnswer::send($answer->json, $answer->orderUpdate !== null);
        AfterAnswer::finish($answer->orderUpdate);
    }
}
