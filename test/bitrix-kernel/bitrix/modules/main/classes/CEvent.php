<?php

declare(strict_types=1);

use Bitrix\Main\Application;

/** Mail: here a row in b_event, which a real shop sends later. */
class CEvent
{
    /**
     * Listeners of OnBeforeEventAdd may change what is sent; one that says false stops it.
     *
     * @param array<string, mixed> $fields
     */
    public static function Send(string $event, string $lid, array $fields): int|false
    {
        foreach (GetModuleEvents('main', 'OnBeforeEventAdd', true) as $handler) {
            if (ExecuteModuleEventEx($handler, [&$event, &$lid, &$fields]) === false) {
                return false;
            }
        }
        $connection = Application::getConnection();
        $connection->queryExecute('INSERT INTO b_event SET ' . $connection->getSqlHelper()->assignments([
            'EVENT_NAME' => $event,
            'LID' => $lid,
            'C_FIELDS' => json_encode($fields, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR),
        ]));
        return $connection->getInsertedId();
    }
}
