<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

use Bitrix\Main\Application;
use Bitrix\Main\Config\Option;
use Bitrix\Main\Request;
use StandIn\HandlerFolder;

final class Manager
{
    public const HANDLER_AVAILABLE_TRUE = true;
    public const HANDLER_AVAILABLE_FALSE = false;

    private const CUSTOM_FOLDER = '/bitrix/php_interface/include/sale_payment/';

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

    /** The pay system that takes from the buyer's account; 0 in a shop without one. */
    public static function getInnerPaySystemId(): int
    {
        $sql = "SELECT ID FROM b_sale_pay_system_action WHERE ACTION_FILE = 'inner' ORDER BY ID LIMIT 1";
        return (int) Application::getConnection()->queryScalar($sql);
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

    /** @return array<string, string> kind => folder below the document root, in the order in which they are looked through */
    public static function getHandlerDirectories(): array
    {
        return [
            'CUSTOM' => (string) Option::get('sale', 'path2user_ps_files', self::CUSTOM_FOLDER),
            'LOCAL' => '/local/php_interface/include/sale_payment/',
            'SYSTEM' => '/bitrix/modules/sale/handlers/paysystem/',
        ];
    }

    /**
     * What the admin page offers: handlers with a description, Bitrix's own and the shop's. Each description is included, and what one of them
     * prints comes out here.
     *
     * @return array{SYSTEM: array<string, string>, USER: array<string, string>} folder => name
     */
    public static function getHandlerList(): array
    {
        $list = ['SYSTEM' => [], 'USER' => []];
        foreach (self::getHandlerDirectories() as $kind => $directory) {
            foreach (glob(Application::getDocumentRoot() . "$directory*/.description.php") ?: [] as $file) {
                $name = basename(dirname($file));
                $description = self::includeDescription($file);
                if (($description['IS_AVAILABLE'] ?? self::HANDLER_AVAILABLE_TRUE) !== self::HANDLER_AVAILABLE_FALSE) {
                    $list[$kind === 'SYSTEM' ? 'SYSTEM' : 'USER'][$name] = ($description['NAME'] ?? $name) . " ($name)";
                }
            }
        }
        return $list;
    }

    /**
     * Loads the handler of a pay system. When its file or its class is missing Bitrix says nothing and takes another one, of no kind. One that
     * PHP cannot compile ends the hit.
     *
     * @return array{class-string<BaseServiceHandler>, string} class and kind: CUSTOM, LOCAL or SYSTEM
     */
    public static function includeHandler(string $actionFile): array
    {
        $class = self::getClassNameFromPath($actionFile);
        [$folder, $kind] = HandlerFolder::search($actionFile);
        if ($folder !== null && is_file("$folder/handler.php")) {
            require_once "$folder/handler.php";
            if (is_subclass_of($class, BaseServiceHandler::class)) {
                return [$class, $kind];
            }
        }
        /** @var class-string<BaseServiceHandler> $default */
        $default = '\\' . CompatibilityHandler::class;
        return [$default, ''];
    }

    /** @return array<string, mixed> what the handler's `.description.php` puts into `$data`; empty when it has none */
    public static function getHandlerDescription(string $actionFile): array
    {
        $file = HandlerFolder::search($actionFile)[0] . '/.description.php';
        return is_file($file) ? self::includeDescription($file) : [];
    }

    /** @return array<string, mixed> */
    private static function includeDescription(string $file): array
    {
        $data = [];
        include $file;
        return $data;
    }
}
