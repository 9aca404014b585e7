<?php

declare(strict_types=1);

namespace ClickBridge\Test\Callback;

use ClickBridge\Test\Support\ChildProcess;
use ClickBridge\Test\Support\Fifo;
use ClickBridge\Test\Support\TemporaryFolder;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

/** PHP's own web server, which like mod_php cannot end a request early. test/e2e has php-fpm and Apache. */
final class EarlyAnswerTest extends TestCase
{
    private const SECONDS_MAX = 20;
    private const STARTED = '~\((http://127\.0\.0\.1:[0-9]+)\) started~';

    private string $folder;
    private Fifo $fifo;
    private ChildProcess $server;
    private string $url;

    protected function setUp(): void
    {
        $this->folder = TemporaryFolder::make('clickbridge-early-');
        $this->fifo = Fifo::make("{$this->folder}/fifo");
        $command = [PHP_BINARY, '-d', 'max_execution_time=30', '-S', '127.0.0.1:0', __DIR__ . '/answer-early.php'];
        $this->server = ChildProcess::start($command, ['FIFO' => $this->fifo->path]);
        $this->server->awaitLine(self::STARTED, self::SECONDS_MAX);
        preg_match(self::STARTED, $this->server->output(), $part);
        $this->url = $part[1] ?? '';
        self::assertNotSame('', $this->url);
    }

    protected function tearDown(): void
    {
        $this->server->stop(self::SECONDS_MAX);
        TemporaryFolder::remove($this->folder);
    }

    #[TestDox('Click has the whole answer, and the connection is over, while PHP has not begun its work')]
    public function testWorkFollows(): void
    {
        $answer = $this->get('?work=follows', [CURLOPT_HEADER => true]);
        $this->fifo->reached()('go');
        $this->server->awaitLine('/worked on, with .*/', self::SECONDS_MAX);

        [$head, $body] = explode("\r\n\r\n", $answer, 2);
        self::assertSame('{"error":0}', $body);
        foreach (['HTTP/1.1 200', 'Content-Type: application/json', 'Content-Length: 11', 'Content-Encoding: none'] as $line) {
            self::assertStringContainsString($line, $head);
        }
        // PHP's own server says it too.
        self::assertSame(2, substr_count($head, 'Connection: close'));
        self::assertStringContainsString('worked on, with 300 seconds, abort 1', $this->server->output());
    }

    #[TestDox('nothing printed before or after it is in the answer')]
    public function testNoise(): void
    {
        $whole = $this->rawAnswer('/');

        [, $body] = explode("\r\n\r\n", $whole, 2);
        self::assertSame('{"error":0}', $body);
        self::assertStringContainsString('worked on, with 30 seconds', $this->server->output());
    }

    /** @param array<int, mixed> $options */
    private function get(string $query, array $options): string
    {
        $curl = curl_init($this->url . '/' . $query);
        curl_setopt_array($curl, $options + [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => self::SECONDS_MAX, CURLOPT_PROXY => '']);
        $answer = curl_exec($curl);
        self::assertIsString($answer, curl_error($curl));
        return $answer;
    }

    /** All that PHP sends on the connection until it closes it, at the end of its work. */
    private function rawAnswer(string $path): string
    {
        $connection = stream_socket_client(str_replace('http:', 'tcp:', $this->url), timeout: self::SECONDS_MAX);
        self::assertIsResource($connection);
        fwrite($connection, "GET $path HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        $this->fifo->reached()('go');
        $answer = (string) stream_get_contents($connection);
        fclose($connection);
        $this->server->awaitLine('/worked on, with .*/', self::SECONDS_MAX);
        return $answer;
    }
}
