<?php

declare(strict_types=1);

namespace ClickBridge\Test;

use ClickBridge\ApplyMode;
use ClickBridge\Config;
use ClickBridge\ConfigFault;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class ConfigTest extends TestCase
{
    private string $file;

    protected function setUp(): void
    {
        $this->file = (string) tempnam(sys_get_temp_dir(), 'clickbridge-config-');
    }

    protected function tearDown(): void
    {
        unlink($this->file);
    }

    public function testAnAddressIsEnoughAndOrdersAreAppliedAfterTheAnswer(): void
    {
        file_put_contents($this->file, "<?php return ['addresses' => ['unix:/run/x.sock']];");
        $config = Config::read($this->file);

        self::assertInstanceOf(Config::class, $config);
        self::assertSame(ApplyMode::AfterAnswer, $config->applyMode);
    }

    /** @return array<string, array{string, string}> */
    public static function faults(): array
    {
        return [
            'no array' => ['return 1;', 'returns no array'],
            'a fault in the file' => ['throw new Exception("secret");', 'does not run'],
            'no address' => ['return [];', '"addresses"'],
            'an address of another form' => ['return ["addresses" => ["http://x"]];', '"addresses" item 0'],
            'plaintext over a network' => ['return ["addresses" => ["tcp://10.0.0.1:1"]];', 'plaintext and not loopback'],
            'a token with a line break' => ['return ["addresses" => ["unix:/x"], "token" => "a\nb"];', '"token"'],
            'a certificate that is not there' => ['return ["addresses" => ["unix:/x"], "tls" => ["ca" => "/nowhere"]];', '"tls" "ca"'],
            'another way to apply' => ['return ["addresses" => ["unix:/x"], "apply" => "now"];', '"apply"'],
            'an unknown key' => ['return ["adresses" => []];', 'adresses'],
        ];
    }

    #[DataProvider('faults')]
    public function testAFaultNamesItsKeyAndNothingElse(string $php, string $sentence): void
    {
        file_put_contents($this->file, "<?php $php");
        $fault = Config::read($this->file);

        self::assertInstanceOf(ConfigFault::class, $fault);
        self::assertStringContainsString($sentence, $fault->message);
        self::assertStringNotContainsString('secret', $fault->message);
    }

    public function testAMissingFileIsNamed(): void
    {
        $fault = Config::read('/nowhere/clickbridge.php');

        self::assertInstanceOf(ConfigFault::class, $fault);
        self::assertStringContainsString('/nowhere/clickbridge.php', $fault->message);
    }
}
