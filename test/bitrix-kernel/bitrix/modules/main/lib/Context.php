<?php

declare(strict_types=1);

namespace Bitrix\Main;

use StandIn\Hit;

class Context
{
    private const DEFAULT_LANGUAGE = 'ru';

    private ?HttpRequest $request = null;
    private ?string $language = null;

    public static function getCurrent(): self
    {
        return Application::getInstance()->getContext();
    }

    public function getRequest(): HttpRequest
    {
        return $this->request ??= new HttpRequest(new Server($_SERVER), $_GET, $_POST, $_FILES, $_COOKIE);
    }

    public function getLanguage(): string
    {
        return $this->language ?? Hit::current()->testSetting('language') ?? self::DEFAULT_LANGUAGE;
    }

    public function setLanguage(string $language): self
    {
        $this->language = $language;
        return $this;
    }

    public function getSite(): string
    {
        return 's1';
    }
}
