<?php

if (!defined('B_PROLOG_INCLUDED')) {
    return;
}

use Bitrix\Main\Localization\Loc;
use ClickBridge\Install\Installation;
use ClickBridge\Install\Requirements;
use ClickBridge\Setup\CurrencySetup;
use ClickBridge\Setup\CurrencyReport;

Loc::loadMessages(__FILE__);

/**
 * The installer. Bitrix makes the class's name out of the module's, and reads the file also while the module is not installed. What it
 * does is in lib/Install: this much has to be understood by a PHP that is too old for the rest.
 */
class clickbridge_payment extends CModule
{
    private const PHP_VERSION_ID_MIN = 80100;

    public $MODULE_ID = 'clickbridge.payment';
    public $MODULE_GROUP_RIGHTS = 'N';

    public function __construct()
    {
        /** @var array{VERSION: string, VERSION_DATE: string} $arModuleVersion */
        $arModuleVersion = [];
        include __DIR__ . '/version.php';
        $this->MODULE_VERSION = $arModuleVersion['VERSION'];
        $this->MODULE_VERSION_DATE = $arModuleVersion['VERSION_DATE'];
        $this->MODULE_NAME = (string) Loc::getMessage('CLICKBRIDGE_MODULE_NAME');
        $this->MODULE_DESCRIPTION = (string) Loc::getMessage('CLICKBRIDGE_MODULE_DESCRIPTION');
        $this->PARTNER_NAME = 'click-bridge';
        $this->PARTNER_URI = 'https://github.com/click-bridge/click-bridge';
    }

    /**
     * May be run again at any time: what an earlier run left half done or another version did differently is put right.
     *
     * @return bool
     */
    public function DoInstall()
    {
        // @phpstan-ignore smaller.alwaysFalse (not where it is checked)
        if (PHP_VERSION_ID < self::PHP_VERSION_ID_MIN) {
            return $this->refuse(['CLICKBRIDGE_NEEDS_PHP']);
        }
        require_once dirname(__DIR__) . '/autoload.php';
        if (!class_exists(Requirements::class)) {
            return $this->refuse(['CLICKBRIDGE_NEEDS_PACKAGES']);
        }
        $missing = Requirements::missing();
        if ($missing !== []) {
            return $this->refuse($missing);
        }
        $unwritten = Installation::here()->install();
        if ($unwritten !== []) {
            return $this->refuse(['CLICKBRIDGE_NOT_WRITABLE'], ['#FILES#' => implode(', ', $unwritten)]);
        }
        $this->tell(CurrencySetup::here(false));
        return true;
    }

    /** What was done to the shop's currency is never done in silence; somebody at a terminal finds it on the settings page. */
    private function tell(CurrencyReport $report): void
    {
        /** @var CMain $APPLICATION */
        global $APPLICATION;
        if (defined('ADMIN_SECTION')) {
            $GLOBALS['CLICKBRIDGE_UZS_REPORT'] = $report;
            $APPLICATION->IncludeAdminFile((string) Loc::getMessage('CLICKBRIDGE_INSTALL_TITLE'), __DIR__ . '/done.php');
        }
    }

    /**
     * Payments stay: the tables of the service, the pay systems and, unless the administrator says otherwise, the settings file.
     *
     * @return bool
     */
    public function DoUninstall()
    {
        /** @var CMain $APPLICATION */
        global $APPLICATION;
        $isPage = defined('ADMIN_SECTION');
        if ($isPage && ($_REQUEST['step'] ?? '') !== '2') {
            $APPLICATION->IncludeAdminFile((string) Loc::getMessage('CLICKBRIDGE_UNINSTALL_TITLE'), __DIR__ . '/unstep.php');
        }
        if ($isPage && !check_bitrix_sessid()) {
            return false;
        }
        require_once dirname(__DIR__) . '/autoload.php';
        Installation::here()->remove($isPage && ($_REQUEST['delete_settings'] ?? '') === 'Y');
        return true;
    }

    /**
     * @param list<string> $codes
     * @param array<string, string> $replace
     * @return false
     */
    private function refuse(array $codes, array $replace = [])
    {
        /** @var CMain $APPLICATION */
        global $APPLICATION;
        $sentences = [];
        foreach ($codes as $code) {
            $sentences[] = Loc::getMessage($code, $replace);
        }
        $APPLICATION->ThrowException(implode("\n", $sentences));
        if (defined('ADMIN_SECTION')) {
            $APPLICATION->IncludeAdminFile((string) Loc::getMessage('CLICKBRIDGE_INSTALL_TITLE'), __DIR__ . '/refused.php');
        }
        return false;
    }
}
