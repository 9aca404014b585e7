<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Application;
use Bitrix\Main\Config\Option;
use Bitrix\Main\Request;
use Sale\Handlers\PaySystem\CompatibilityHandler;

class Manager
{
    public const HANDLER_AVAILABLE_TRUE = true;
    public const HANDLER_AVAILABLE_FALSE = false;

    private const CUSTOM_FOLDER = '/bitrix/php_interface/include/sale_payment/';
    private const LOCAL_FOLDER = '/local/php_interface/include/sale_payment/';
    private const SYSTEM_FOLDER = '/bitrix/modules/sale/handlers/paysystem/';

    /** @return list<array<string, mixed>> every pay system, switched off or not */
    public static function getList(): array
    {
        return Application::getConnection()->query('SELECT * FROM b_sale_pay_system_action ORDER BY ID')->fetchAll();
    }

    /** @return array<string, mixed>|false */
    public static function getById(int|string $id): array|false
    {
        return Application::getConnection()
            ->query('SELECT * FROM b_sale_pay_system_action WHERE ID = ' . (int) $id)
            ->fetch();
    }

    public static function getObjectById(int|string $id): ?Service
    {
        $item = self::getById($id);
        return $item === false ? null : new Service($item);
    }

    /**
     * The first active pay system whose handler says that the request is its own; false when none does.
     *
     * @return array<string, mixed>|false
     */
    public static function searchByRequest(Request $request): array|false
    {
        $connection = Application::getConnection();
        foreach ($connection->query("SELECT * FROM b_sale_pay_system_action WHERE ACTIVE = 'Y'")->fetchAll() as $item) {
            [$class] = self::includeHandler((string) $item['ACTION_FILE']);
            if (is_callable([$class, 'isMyResponse']) && $class::isMyResponse($request, (int) $item['ID'])) {
                return $item;
            }
        }
        return false;
    }

    /**
     * The order and the payment that a handler's id means, as numbers; zeros when there is none. Text that is a plain number is a
     * payment's ID, anything else its ACCOUNT_NUMBER; it is never an order's.
     *
     * @return array{int, int}
     */
    public static function getIdsByPayment(string|int|null $paymentId): array
    {
        $text = (string) $paymentId;
        if ($text === '') {
            return [0, 0];
        }
        $connection = Application::getConnection();
        $condition = (string) (int) $text === $text
            ? "ID = $text"
            : 'ACCOUNT_NUMBER = ' . $connection->getSqlHelper()->convertToDbString($text);
        $row = $connection->query("SELECT ID, ORDER_ID FROM b_sale_order_payment WHERE $condition LIMIT 1")->fetch();
        return $row === false ? [0, 0] : [(int) $row['ORDER_ID'], (int) $row['ID']];
    }

    /** @return class-string a name; the class may be missing */
    public static function getClassNameFromPath(string $actionFile): string
    {
        /** @var class-string */
        return 'Sale\\Handlers\\PaySystem\\' . basename($actionFile) . 'Handler';
    }

    public static function getFolderFromClassName(string $className): string
    {
        $name = basename(strtr($className, '\\', '/'));
        return strtolower((string) preg_replace('/[^a-z0-9._]/i', '', str_replace('Handler', '', $name)));
    }

    /**
     * Loads the handler of a pay system. When its file or its class is missing Bitrix says nothing and takes another one.
     *
     * @return array{class-string<BaseServiceHandler>, string} class and kind
     */
    public static function includeHandler(string $actionFile): array
    {
        $class = self::getClassNameFromPath($actionFile);
        $folder = self::searchFolder($actionFile);
        if ($folder !== null && is_file("$folder/handler.php")) {
            require_once "$folder/handler.php";
            if (is_subclass_of($class, BaseServiceHandler::class)) {
                return [$class, str_contains($folder, self::SYSTEM_FOLDER) ? 'SYSTEM' : 'USER'];
            }
        }
        return [CompatibilityHandler::class, 'SYSTEM'];
    }

    /** The folder of a handler, the shop's own before Bitrix's; null when there is none. */
    public static function searchFolder(string $actionFile): ?string
    {
        $name = self::getFolderFromClassName(self::getClassNameFromPath($actionFile));
        $custom = (string) Option::get('sale', 'path2user_ps_files', self::CUSTOM_FOLDER);
        foreach ([$custom, self::LOCAL_FOLDER, self::SYSTEM_FOLDER] as $folder) {
            $path = Application::getDocumentRoot() . $folder . $name;
            if ($name !== '' && is_dir($path)) {
                return $path;
            }
        }
        return null;
    }

    /** @return array<string, mixed> what the handler's `.description.php` puts into `$data`; empty when it has none */
    public static function getHandlerDescription(string $actionFile): array
    {
        $file = self::searchFolder($actionFile) . '/.description.php';
        if (!is_file($file)) {
            return [];
        }
        $data = [];
        include $file;
        return $data;
    }
}
