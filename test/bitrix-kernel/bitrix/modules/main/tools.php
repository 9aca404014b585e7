<?php

/** The functions of the main module that are no class's. */

declare(strict_types=1);

use Bitrix\Main\EventManager;
use Bitrix\Main\Localization\Loc;
use Bitrix\Main\ModuleManager;
use StandIn\Visitor;

/** Where a local file is, below the document root and without it; /local comes first. False when it is in neither place. */
function getLocalPath(string $path, string $baseFolder = '/bitrix'): string|false
{
    $root = rtrim($_SERVER['DOCUMENT_ROOT'], '/');
    foreach (['/local', $baseFolder] as $folder) {
        if (file_exists("$root$folder/$path")) {
            return "$folder/$path";
        }
    }
    return false;
}

/** Makes the folders of a path: the last part too when it ends with a slash. */
function CheckDirPath(string $path): bool
{
    $folder = str_ends_with($path, '/') ? rtrim($path, '/') : dirname($path);
    return is_dir($folder) || @mkdir($folder, 0755, true);
}

/**
 * Copies a file, or a folder's files with those of its folders when told so. Says true also when something could not be written, or when there
 * is nothing to copy, and writes through links.
 */
function CopyDirFiles(string $path_from, string $path_to, bool $ReWrite = true, bool $Recursive = false): bool
{
    if (str_starts_with("$path_to/", "$path_from/") || (realpath($path_to) !== false && realpath($path_to) === realpath($path_from))) {
        return false;
    }
    if (is_dir($path_from)) {
        CheckDirPath("$path_to/");
        foreach (array_diff((array) scandir($path_from), ['.', '..']) as $name) {
            if ($Recursive || !is_dir("$path_from/$name")) {
                CopyDirFiles("$path_from/$name", "$path_to/$name", $ReWrite, $Recursive);
            }
        }
        return true;
    }
    if (!is_file($path_from)) {
        return true;
    }
    CheckDirPath($path_to);
    if (!$ReWrite && file_exists($path_to)) {
        return false;
    }
    @copy($path_from, $path_to);
    return true;
}

/** Removes from one folder the files that have the names of another's. Folders in it stay, with all that is in them. */
function DeleteDirFiles(string $frDir, string $toDir): void
{
    foreach (array_diff(is_dir($frDir) ? (array) scandir($frDir) : [], ['.', '..']) as $name) {
        @unlink("$toDir/$name");
    }
}

/** Removes a file or a folder with all that is in it, by its path below the document root. False when it is not there. */
function DeleteDirFilesEx(string $path): bool
{
    $full = rtrim($_SERVER['DOCUMENT_ROOT'], '/') . '/' . trim($path, '/');
    if (!is_dir($full) || is_link($full)) {
        return @unlink($full);
    }
    foreach (array_diff((array) scandir($full), ['.', '..']) as $name) {
        DeleteDirFilesEx("$path/$name");
    }
    return @rmdir($full);
}

function RegisterModule(string $id): void
{
    ModuleManager::registerModule($id);
}

function UnRegisterModule(string $id): void
{
    ModuleManager::unRegisterModule($id);
}

function IncludeModuleLangFile(string $file): bool
{
    Loc::loadMessages($file);
    return true;
}

/** @param array<string, string>|null $replace */
function GetMessage(string $code, ?array $replace = null): ?string
{
    return Loc::getMessage($code, $replace);
}

/** @return list<array{SORT: int, CALLBACK: callable, VERSION: int, TO_MODULE_ID: ?string}> */
function GetModuleEvents(string $moduleId, string $eventType, bool $returnArray = false): array
{
    return EventManager::getInstance()->findEventHandlers($moduleId, $eventType);
}

/**
 * Calls a listener of either style with these arguments.
 *
 * @param array{CALLBACK: callable} $handler
 * @param list<mixed> $arguments
 */
function ExecuteModuleEventEx(array $handler, array $arguments = []): mixed
{
    return $handler['CALLBACK'](...$arguments);
}

function bitrix_sessid(): string
{
    return Visitor::sessionKey();
}

function bitrix_sessid_post(string $name = 'sessid'): string
{
    return "<input type=\"hidden\" name=\"$name\" id=\"$name\" value=\"" . bitrix_sessid() . '" />';
}

/** Whether the form, or the script that sends a header, came from a page that this visitor was shown. */
function check_bitrix_sessid(string $name = 'sessid'): bool
{
    $given = $_POST[$name] ?? $_GET[$name] ?? $_SERVER['HTTP_X_BITRIX_CSRF_TOKEN'] ?? null;
    return is_string($given) && hash_equals(bitrix_sessid(), $given);
}

function htmlspecialcharsbx(string|int|float|null $text): string
{
    return htmlspecialchars((string) $text, ENT_COMPAT, 'UTF-8');
}
