<?php

declare(strict_types=1);

namespace ClickBridge\Install;

use Bitrix\Main\Application;
use Bitrix\Main\ModuleManager;
use ClickBridge\Grpc\TlsFiles;
use ClickBridge\Grpc\Transport;
use ClickBridge\Packages;

/** What a shop must have before the module is of any use. */
final class Requirements
{
    private const INT_BYTES = 8;

    /** @return list<string> codes of messages in lang/<language>/install/index.php; empty when nothing is missing */
    public static function missing(): array
    {
        $there = [
            'CLICKBRIDGE_NEEDS_64_BIT' => PHP_INT_SIZE >= self::INT_BYTES,
            'CLICKBRIDGE_NEEDS_MBSTRING' => extension_loaded('mbstring'),
            'CLICKBRIDGE_NEEDS_CURL' => extension_loaded('curl') && (new Transport('', new TlsFiles()))->missing() === null,
            'CLICKBRIDGE_NEEDS_PACKAGES' => Packages::fault() === null,
            'CLICKBRIDGE_NEEDS_SALE' => ModuleManager::isModuleInstalled('sale'),
            // The service reads the shop's tables, and it speaks MySQL alone.
            'CLICKBRIDGE_NEEDS_MYSQL' => Application::getConnection()->getType() === 'mysql',
        ];
        return array_keys(array_filter($there, static fn(bool $isThere) => !$isThere));
    }
}
