<?php

declare(strict_types=1);

class CAdminMessage
{
    /** @param string|array{MESSAGE: string, DETAILS?: string, TYPE?: string, HTML?: bool} $message text is escaped unless HTML is true */
    public static function ShowMessage(string|array $message): void
    {
        $message = is_array($message) ? $message : ['MESSAGE' => $message];
        $html = $message['HTML'] ?? false;
        $type = strtolower($message['TYPE'] ?? 'ERROR');
        $text = static fn(string $part) => $html ? $part : htmlspecialcharsbx($part);
        echo "<div class=\"adm-message $type\"><b>", $text($message['MESSAGE']), '</b> ', $text($message['DETAILS'] ?? ''), '</div>';
    }

    public static function ShowNote(string $message): void
    {
        self::ShowMessage(['MESSAGE' => $message, 'TYPE' => 'OK']);
    }
}
