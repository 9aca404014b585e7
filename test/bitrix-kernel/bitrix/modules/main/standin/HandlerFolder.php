<?php

declare(strict_types=1);

namespace StandIn;

use Bitrix\Main\Application;
use Bitrix\Sale\PaySystem\Manager;

/** Where the files of a pay system's handler are. */
final class HandlerFolder
{
    /**
     * The shop's own folder before Bitrix's, and its kind; null when there is none.
     *
     * @return array{?string, string}
     */
    public static function search(string $actionFile): array
    {
        $name = Manager::getFolderFromClassName(Manager::getClassNameFromPath($actionFile));
        foreach (Manager::getHandlerDirectories() as $kind => $directory) {
            $path = Application::getDocumentRoot() . $directory . $name;
            if ($name !== '' && is_dir($path)) {
                return [$path, $kind];
            }
        }
        return [null, ''];
    }
}
