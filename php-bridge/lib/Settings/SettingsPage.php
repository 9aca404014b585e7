<?php

declare(strict_types=1);

namespace ClickBridge\Settings;

use Bitrix\Main\Context;
use Bitrix\Main\Localization\Loc;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use ClickBridge\Install\Installation;
use ClickBridge\Setup\CurrencySetup;

/** What options.php shows, and what its buttons do. Needs the kernel; the caller has made sure that the visitor is an administrator. */
final class SettingsPage
{
    /** By the key that Config finds at fault. */
    private const FAULTS = [
        'addresses' => 'CLICKBRIDGE_FAULT_ADDRESSES',
        'token' => 'CLICKBRIDGE_FAULT_TOKEN',
        'admin_token' => 'CLICKBRIDGE_FAULT_TOKEN',
        'tls' => 'CLICKBRIDGE_FAULT_TLS',
        'apply' => 'CLICKBRIDGE_FAULT_APPLY',
        'trusted_network' => 'CLICKBRIDGE_FAULT_TRUSTED_NETWORK',
        '' => 'CLICKBRIDGE_FAULT_OTHER',
    ];

    private const BUTTONS = ['save', 'check', 'repair', 'currency', 'restrict'];

    /** @var list<array{bool, string}> whether it is good news, and the sentence */
    public array $messages = [];
    /** @var array<string, string> the text of each field */
    public array $fields;
    /** @var array<string, bool> whether there is one, by SettingsForm::TOKENS */
    public array $tokens = [];
    /** @var list<string> pages on which the stand-in lets a purchase be tried */
    public array $trials = [];
    public bool $needsRepair;
    /** Some of our pay systems are offered for other currencies than UZS. */
    public bool $canRestrict = false;

    private function __construct(private readonly SettingsFile $file, private readonly Installation $installation)
    {
    }

    /** @param array<mixed> $post a form without this visitor's own key does nothing */
    public static function serve(array $post): self
    {
        $page = new self(new SettingsFile(Config::path()), Installation::here());
        $page->file->sweep();
        $isPressed = array_intersect_key($post, array_flip(self::BUTTONS)) !== [];
        $isOwn = $isPressed && check_bitrix_sessid();
        if ($isPressed && !$isOwn) {
            $page->say(false, 'CLICKBRIDGE_FAULT_SESSION');
        }
        $shown = $isOwn && isset($post['save']) ? $page->save($post) : null;
        if ($isOwn && isset($post['check'])) {
            $page->check();
        }
        if ($isOwn && isset($post['repair'])) {
            $page->repair();
        }
        if ($isOwn && (isset($post['currency']) || isset($post['restrict']))) {
            $page->mendCurrency(isset($post['restrict']));
        }
        $page->look($shown);
        return $page;
    }

    /**
     * @param array<mixed> $post
     * @return array<mixed>|null what the fields show again when it was not saved
     */
    private function save(array $post): ?array
    {
        $values = SettingsForm::values($post, $this->file->values());
        if ($values instanceof ConfigFault) {
            $this->say(false, self::FAULTS[$values->key] ?? self::FAULTS[''], $values->message);
            return SettingsForm::asked($post);
        }
        $isWritten = $this->file->write($values);
        $this->say($isWritten, $isWritten ? 'CLICKBRIDGE_SAVED' : 'CLICKBRIDGE_FAULT_FILE', dirname(Config::path()));
        return $isWritten ? null : $values;
    }

    private function check(): void
    {
        $config = Config::read(Config::path());
        if ($config instanceof ConfigFault) {
            $this->say(false, self::FAULTS[$config->key] ?? self::FAULTS[''], $config->message);
            return;
        }
        $isHeard = false;
        foreach ($config->clients() as $address => $client) {
            $finding = ServiceCheck::of($client);
            $this->say($finding->isGood, $finding->message, $finding->detail, $address);
            $isHeard = $isHeard || $finding->isGood;
        }
        $callbackUrls = CallbackUrls::of(Context::getCurrent()->getRequest());
        foreach ($isHeard ? SetupReport::of($config->adminClient(), $callbackUrls) : [] as $finding) {
            $this->say($finding->isGood, $finding->message, $finding->detail);
            if ($finding->link !== '') {
                $this->trials[] = $finding->link;
            }
        }
    }

    /** The currency UZS, and with $isRestricting our pay systems that are offered for other ones. */
    private function mendCurrency(bool $isRestricting): void
    {
        $report = CurrencySetup::here($isRestricting);
        foreach ($report->changes as $sentence) {
            $this->messages[] = [true, $sentence];
        }
        foreach ($report->problems as $sentence) {
            $this->messages[] = [false, $sentence];
        }
        $this->canRestrict = $report->openPaySystems !== [];
        if ($this->canRestrict) {
            $this->say(false, 'CLICKBRIDGE_UZS_OPEN', implode(', ', $report->openPaySystems));
        } elseif ($report->changes === [] && $report->isSound()) {
            $this->say(true, 'CLICKBRIDGE_UZS_SOUND');
        }
    }

    private function repair(): void
    {
        $unwritten = $this->installation->install();
        $this->say($unwritten === [], $unwritten === [] ? 'CLICKBRIDGE_REPAIRED' : 'CLICKBRIDGE_FAULT_REPAIR', implode(', ', $unwritten));
    }

    /** @param array<mixed>|null $shown in place of what the file says */
    private function look(?array $shown): void
    {
        $values = $this->file->values();
        $this->fields = SettingsForm::fields($shown ?? $values);
        foreach (SettingsForm::TOKENS as $name) {
            $this->tokens[$name] = ($values[$name] ?? '') !== '';
        }
        $changed = $this->installation->changedFiles();
        $this->needsRepair = $changed !== [] || !$this->installation->hasAgent();
        if ($this->needsRepair) {
            $this->say(false, $changed === [] ? 'CLICKBRIDGE_AGENT_GONE' : 'CLICKBRIDGE_FILES_CHANGED', implode(', ', $changed));
        }
    }

    private function say(bool $isGood, string $code, string $detail = '', string $address = ''): void
    {
        $this->messages[] = [$isGood, (string) Loc::getMessage($code, ['#DETAIL#' => $detail, '#ADDRESS#' => $address])];
    }
}
