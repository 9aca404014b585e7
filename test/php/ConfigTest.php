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
    private string $workingFolder;

    protected function setUp(): void
    {
        $this->workingFolder = (string) getcwd();
        $this->file = (string) tempnam(sys_get_temp_dir(), 'clickbridge-config-');
    }

    protected function tearDown(): void
    {
        chdir($this->workingFolder);
        unlink($this->file);
    }

    public function testAnAddressIsEnoughAndOrdersAreAppliedAfterTheAnswer(): void
    {
        file_put_contents($this->file, "<?php return ['addresses' => ['unix:/run/x.sock']];");
        $config = Config::read($this->file);

        self::assertInstanceOf(Config::class, $config);
        self::assertSame(ApplyMode::AfterAnswer, $config->applyMode);
    }

    public function testEveryKeyIsTakenAtItsWord(): void
    {
        $values = [
            'addresses' => ['tcp://10.0.0.1:1', 'tcp://127.0.0.2:1', 'tcp://[::1]:1', 'tls://shop.example:443', 'unix:/run/x.sock'],
            'token' => 'a-token',
            'tls' => ['ca' => __FILE__, 'cert' => __FILE__, 'key' => __FILE__],
            'apply' => 'agent',
            'trusted_network' => true,
        ];
        file_put_contents($this->file, '<?php return ' . var_export($values, true) . ';');
        $config = Config::read($this->file);

        self::assertInstanceOf(Config::class, $config);
        self::assertSame(ApplyMode::Agent, $config->applyMode);
    }

    public function testAnOldNameOfTheAdministratorsTokenIsTaken(): void
    {
        file_put_contents($this->file, "<?php return ['addresses' => ['unix:/x'], 'refund_token' => 'a-token'];");
        $config = Config::read($this->file);

        self::assertInstanceOf(Config::class, $config);
        self::assertNotNull($config->adminClient());
    }

    public function testWhatTheFilePrintsIsSwallowed(): void
    {
        $this->expectOutputString('');
        file_put_contents($this->file, "\xef\xbb\xbf <?php echo 'noise'; return ['addresses' => ['unix:/x']];");

        self::assertInstanceOf(Config::class, Config::read($this->file));
    }

    /** @return array<string, array{string, string}> */
    public static function faults(): array
    {
        return [
            'no array' => ['return 1;', 'returns no array'],
            'a fault in the file' => ['throw new Exception("secret");', 'does not run'],
            'a file that is no PHP' => ['return [', 'does not run'],
            'no address' => ['return [];', '"addresses" must list'],
            'an address that is no list' => ['return ["addresses" => "unix:/x"];', '"addresses" must list'],
            'too many addresses' => ['return ["addresses" => array_fill(0, 9, "unix:/x")];', '"addresses" must list 1 to 8'],
            'an address of another form' => ['return ["addresses" => ["http://x"]];', '"addresses" item 0'],
            'a socket without its full path' => ['return ["addresses" => ["unix:x"]];', '"addresses" item 0'],
            'a second address that is a number' => ['return ["addresses" => ["unix:/x", 7]];', '"addresses" item 1'],
            'a port beyond the last' => ['return ["addresses" => ["tcp://127.0.0.1:65536"]];', '"addresses" item 0'],
            'a user in the address' => ['return ["addresses" => ["tcp://secret@127.0.0.1:1"]];', '"addresses" item 0'],
            'plaintext over a network' => ['return ["addresses" => ["tcp://10.0.0.1:1"]];', 'plaintext and not loopback'],
            'a name that looks like loopback' => ['return ["addresses" => ["tcp://127.0.0.1.a.b:1"]];', 'plaintext and not loopback'],
            'a number that is no address' => ['return ["addresses" => ["tcp://127.999.0.1:1"]];', 'plaintext and not loopback'],
            'a network trusted in words' => ['return ["addresses" => ["unix:/x"], "trusted_network" => "yes"];', '"trusted_network"'],
            'a token with a line break' => ['return ["addresses" => ["unix:/x"], "token" => "secret\nb"];', '"token"'],
            'a token that is no text' => ['return ["addresses" => ["unix:/x"], "token" => 5];', '"token"'],
            'tls that is no list' => ['return ["addresses" => ["unix:/x"], "tls" => "/x"];', '"tls" may have'],
            'an unknown file of tls' => ['return ["addresses" => ["unix:/x"], "tls" => ["pem" => "/x"]];', '"tls" may have'],
            'a certificate that is not there' => ['return ["addresses" => ["unix:/x"], "tls" => ["ca" => "/nowhere"]];', '"tls" "ca"'],
            'a folder of certificates' => ['return ["addresses" => ["unix:/x"], "tls" => ["ca" => __DIR__]];', '"tls" "ca"'],
            'a path from here' => [
                'chdir(__DIR__); return ["addresses" => ["unix:/x"], "tls" => ["cert" => basename(__FILE__)]];',
                '"tls" "cert"',
            ],
            'a key without its certificate' => ['return ["addresses" => ["unix:/x"], "tls" => ["key" => __FILE__]];', '"tls" "key"'],
            'another way to apply' => ['return ["addresses" => ["unix:/x"], "apply" => "now"];', '"apply"'],
            'applying as yes or no' => ['return ["addresses" => ["unix:/x"], "apply" => true];', '"apply"'],
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
