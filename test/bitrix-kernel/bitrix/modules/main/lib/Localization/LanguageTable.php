<?php

declare(strict_types=1);

namespace Bitrix\Main\Localization;

use Bitrix\Main\Application;
use Bitrix\Main\ORM\Query\Result;
use StandIn\ListedRows;

/** The languages of the admin pages and the sites. */
class LanguageTable
{
    /** @param array{select?: list<string>, filter?: array<string, string>, order?: array<string, string>} $parameters only ACTIVE is filtered by */
    public static function getList(array $parameters = []): Result
    {
        $active = $parameters['filter']['=ACTIVE'] ?? null;
        $condition = $active === null ? '' : " WHERE ACTIVE = '" . ($active === 'Y' ? 'Y' : 'N') . "'";
        return new ListedRows(Application::getConnection()->query("SELECT * FROM b_language$condition ORDER BY SORT, LID")->fetchAll());
    }
}
