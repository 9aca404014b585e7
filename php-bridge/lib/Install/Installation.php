<?php

declare(strict_types=1);

namespace ClickBridge\Install;

use Bitrix\Main\Application;
use Bitrix\Main\Config\Option;
use Bitrix\Main\EventManager;
use Bitrix\Main\ModuleManager;
use ClickBridge\Callback\ResultPage;
use ClickBridge\Config;
use ClickBridge\Order\CatchUp;
use ClickBridge\Settings\SettingsFile;

/** The module in this shop: its files outside of its folder, its agent, its place in Bitrix's lists. Needs the kernel. */
final class Installation
{
    public const MODULE_ID = 'clickbridge.payment';
    private const AGENT_INTERVAL_S = 60;
    private const HANDLERS_FOLDER = '/bitrix/php_interface/include/sale_payment/';

    private function __construct(private readonly Files $files)
    {
    }

    public static function here(): self
    {
        $root = Application::getDocumentRoot();
        // A shop may keep its pay systems' handlers elsewhere, and then Bitrix looks there alone.
        $handlers = trim((string) Option::get('sale', 'path2user_ps_files', self::HANDLERS_FOLDER));
        $places = [
            'install/sale_payment' => $root . '/' . trim($handlers === '' ? self::HANDLERS_FOLDER : $handlers, '/'),
            'install/tools' => "$root/bitrix/tools",
            'public' => "$root/bitrix/tools/clickbridge",
        ];
        return new self(new Files(dirname(__DIR__, 2), $places));
    }

    /**
     * Called again it repairs. Bitrix offers to install a module until it is registered, so that comes last: what stopped half way can be
     * repeated by the same button.
     *
     * @return list<string> files that could not be written; then nothing else was done
     */
    public function install(): array
    {
        $this->files->copy();
        $unwritten = $this->files->changed();
        if ($unwritten !== []) {
            return $unwritten;
        }
        $this->removeAgents();
        \CAgent::AddAgent(CatchUp::AGENT, self::MODULE_ID, 'N', self::AGENT_INTERVAL_S);
        EventManager::getInstance()->registerEventHandlerCompatible(...self::eventHandler());
        // Bitrix throws for one that is registered.
        if (!ModuleManager::isModuleInstalled(self::MODULE_ID)) {
            ModuleManager::registerModule(self::MODULE_ID);
        }
        return [];
    }

    public function remove(bool $withSettings): void
    {
        EventManager::getInstance()->unRegisterEventHandler(...self::eventHandler());
        $this->removeAgents();
        $this->files->remove();
        if ($withSettings) {
            (new SettingsFile(Config::path()))->remove();
        }
        ModuleManager::unRegisterModule(self::MODULE_ID);
    }

    /** @return list<string> files that an update of the module or a hand has left other than this version's */
    public function changedFiles(): array
    {
        return $this->files->changed();
    }

    public function hasAgent(): bool
    {
        $connection = Application::getConnection();
        $name = $connection->getSqlHelper()->forSql(CatchUp::AGENT);
        return $connection->query("SELECT ID FROM b_agent WHERE NAME = '$name' AND ACTIVE = 'Y'")->fetch() !== false;
    }

    /** Also the one that was added by hand and belongs to no module: Bitrix would refuse a second of its name. */
    private function removeAgents(): void
    {
        \CAgent::RemoveAgent(CatchUp::AGENT);
        \CAgent::RemoveModuleAgents(self::MODULE_ID);
    }

    /** @return array{string, string, string, string, string} */
    private static function eventHandler(): array
    {
        return ['main', 'OnBeforeProlog', self::MODULE_ID, '\\' . ResultPage::class, 'answer'];
    }
}
