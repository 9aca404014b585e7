<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use ClickBridge\Contract\V1\CheckoutLink;
use ClickBridge\Contract\V1\CreatePaymentLinkRequest\CardType;
use ClickBridge\Contract\V1\GetCheckoutPageRequest;
use ClickBridge\Contract\V1\GetCheckoutPageResponse;
use ClickBridge\Grpc\Status;
use ClickBridge\Grpc\UnaryClient;

/** What the template shows. */
final class Page
{
    /** Where the stub of public/status.php and the copies of its style and script are. */
    public const FOLDER = '/bitrix/tools/clickbridge';
    private const PATH = 'clickbridge.v1.CheckoutService/GetCheckoutPage';
    /** A buyer waits for the page. */
    private const BUDGET_MS = 3_000;
    private const CARDS = [CardType::CARD_TYPE_UZCARD => 'Uzcard', CardType::CARD_TYPE_HUMO => 'Humo'];
    private const NONCE_BYTES = 16;
    /** Tells the fields of several payments on one page apart. */
    private const ID_CHARACTERS = 8;

    /**
     * What the service says, or why there is no link to pay by.
     *
     * @param array<string, mixed> $asked fields of GetCheckoutPageRequest; `for_buyer` for the buyer of the order and nobody else
     */
    public static function ask(UnaryClient $client, array $asked): GetCheckoutPageResponse|Status
    {
        return $client->call(self::PATH, new GetCheckoutPageRequest($asked), new GetCheckoutPageResponse(), self::BUDGET_MS);
    }

    /**
     * For the template's `$params`.
     *
     * @return array{URL: string, SUM_TIYIN: int, FEE_TIYIN: int, TOTAL_TIYIN: int, CHECKOUT: array<string, mixed>}
     */
    public static function params(GetCheckoutPageResponse $page, bool $opensWindow): array
    {
        $nonce = bin2hex(random_bytes(self::NONCE_BYTES));
        $links = [];
        /** @var CheckoutLink $link */
        foreach ($page->getLinks() as $link) {
            $links[self::CARDS[$link->getCardType()] ?? ''] = $link->getUrl();
        }
        [$totalTiyin, $feeTiyin] = [(int) $page->getAmountTiyin(), (int) $page->getFeeTiyin()];
        return [
            'URL' => (string) reset($links),
            'SUM_TIYIN' => $totalTiyin - $feeTiyin,
            'FEE_TIYIN' => $feeTiyin,
            'TOTAL_TIYIN' => $totalTiyin,
            'CHECKOUT' => [
                'LINKS' => $links,
                'QR_PATH' => $page->getQrPath(),
                'QR_SIZE' => $page->getQrSize(),
                'TOKEN' => $page->getToken(),
                'STAGE' => $page->getStage(),
                'HINT' => $page->getHint(),
                'IS_OPEN' => $page->getOpen(),
                'NEW_WINDOW' => $opensWindow,
                'STATUS_URL' => self::FOLDER . '/status.php',
                'NONCE' => $nonce,
                'ID' => substr($nonce, 0, self::ID_CHARACTERS),
                'STYLE' => self::asset('checkout.css'),
                'SCRIPT' => self::asset('checkout.js'),
            ],
        ];
    }

    /** Its address with its age, so that no browser keeps an old one; empty when the file was not copied there. */
    private static function asset(string $name): string
    {
        $root = $_SERVER['DOCUMENT_ROOT'] ?? '';
        $file = (is_string($root) ? rtrim($root, '/') : '') . self::FOLDER . "/$name";
        $time = is_file($file) ? filemtime($file) : false;
        return $time === false ? '' : self::FOLDER . "/$name?$time";
    }
}
