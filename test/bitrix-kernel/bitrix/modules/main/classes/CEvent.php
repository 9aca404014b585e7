<?php

declare(strict_types=1);

use Bitrix\Main\Application;

/** Mail: here a row in b_event, which a real shop sends later. */
class CEvent
{
    /** @param array<string, mixed> $fields */
    public static function Send(string $event, string $lid, array $fields): int
    {
        $connection = Application::getConnection();
        $connection->queryExecute('INSERT INTO b_event SET ' . $connection->getSqlHelper()->assignments([
            'EVENT_NAME' => $event,
            'LID' => $lid,
            'C_FIELDS' => json_encode($fields, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR),
        ]));
        return $connection->getInsertedId();
    }
}
