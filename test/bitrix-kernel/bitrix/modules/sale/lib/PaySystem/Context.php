<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

final class Context
{
    private ?string $url = null;

    public function setUrl(string $url): void
    {
        $this->url = $url;
    }

    /** The page that the buyer came from. */
    public function getUrl(): string
    {
        if ($this->url !== null) {
            return $this->url;
        }
        $request = \Bitrix\Main\Context::getCurrent()->getRequest();
        return ($request->isHttps() ? 'https' : 'http') . "://{$request->getHttpHost()}{$request->getRequestUri()}";
    }
}
