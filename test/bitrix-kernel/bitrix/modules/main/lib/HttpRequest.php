<?php

declare(strict_types=1);

namespace Bitrix\Main;

use Bitrix\Main\Type\ParameterDictionary;

class HttpRequest extends Request
{
    /**
     * @param array<array-key, mixed> $query
     * @param array<array-key, mixed> $post
     * @param array<array-key, mixed> $files
     * @param array<array-key, mixed> $cookies
     */
    public function __construct(
        Server $server,
        private readonly array $query,
        private readonly array $post,
        private readonly array $files,
        private readonly array $cookies,
    ) {
        parent::__construct($server, $post + $query);
    }

    public function getQuery(string $name): mixed
    {
        return $this->query[$name] ?? null;
    }

    public function getPost(string $name): mixed
    {
        return $this->post[$name] ?? null;
    }

    public function getFile(string $name): mixed
    {
        return $this->files[$name] ?? null;
    }

    /** Under the name that it has in the browser. */
    public function getCookieRaw(string $name): mixed
    {
        return $this->cookies[$name] ?? null;
    }

    public function getQueryList(): ParameterDictionary
    {
        return new ParameterDictionary($this->query);
    }

    public function getPostList(): ParameterDictionary
    {
        return new ParameterDictionary($this->post);
    }

    public function getRequestMethod(): string
    {
        return $this->server['REQUEST_METHOD'] ?? 'GET';
    }

    public function isPost(): bool
    {
        return $this->getRequestMethod() === 'POST';
    }

    public function getRequestUri(): string
    {
        return $this->server['REQUEST_URI'] ?? '';
    }

    public function getServerPort(): ?string
    {
        return $this->server['SERVER_PORT'] ?? null;
    }

    public function getRemoteAddress(): ?string
    {
        return $this->server['REMOTE_ADDR'] ?? null;
    }

    public function getHeader(string $name): ?string
    {
        $name = strtoupper(strtr($name, '-', '_'));
        return $this->server[in_array($name, ['CONTENT_TYPE', 'CONTENT_LENGTH'], true) ? $name : "HTTP_$name"] ?? null;
    }

    /** Without the port that the client named. */
    public function getHttpHost(): string
    {
        return (string) preg_replace('/:\d+$/D', '', (string) ($this->server['HTTP_HOST'] ?? ''));
    }

    /** Looks at this server only: behind a proxy that speaks TLS it is wrong, as in Bitrix. */
    public function isHttps(): bool
    {
        $https = strtolower((string) ($this->server['HTTPS'] ?? ''));
        return ($this->server['SERVER_PORT'] ?? null) === '443' || ($https !== '' && $https !== 'off');
    }

    /** The body as it came. */
    public static function getInput(): string
    {
        return (string) file_get_contents('php://input');
    }
}
