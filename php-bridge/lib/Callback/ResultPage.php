<?php

declare(strict_types=1);

namespace ClickBridge\Callback;

use ClickBridge\Order\AfterAnswer;

/**
 * Bitrix's own page for callbacks calls only active pay systems and prints nothing when none matches. Click must still get an answer: a
 * Complete may come, with the money taken, for a pay system that was deactivated after the Prepare.
 */
final class ResultPage
{
    private const PAGE = '/bitrix/tools/sale_ps_result.php';
    private const MARK = 'CLICKBRIDGE';

    /** An event handler of main that runs on every page: it acts only on this page, and ends the request there. */
    public static function answer(): void
    {
        if (($_SERVER['SCRIPT_NAME'] ?? '') !== self::PAGE || ($_GET['BX_HANDLER'] ?? '') !== self::MARK) {
            return;
        }
        if (!class_exists(Responder::class)) {
            // The folder is being copied: the handler answers for that.
            return;
        }
        $answer = Responder::answerCurrent();
        EarlyAnswer::send($answer->json, $answer->orderUpdate !== null);
        AfterAnswer::finish($answer->orderUpdate);
    }
}
