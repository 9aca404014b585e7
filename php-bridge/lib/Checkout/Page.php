<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use ClickBridge\Checkout;
use ClickBridge\Contract\V1\CreatePaymentLinkRequest\CardType;
use ClickBridge\Contract\V1\CreatePaymentLinkResponse;
use ClickBridge\Grpc\Status;

/** What the template shows. Nothing is made for it but a token, and that for the buyer only. */
final class Page
{
    /** Where the stub of public/status.php and the copies of its style and script are. */
    public const FOLDER = '/bitrix/tools/clickbridge';
    private const NONCE_BYTES = 16;
    /** Tells the fields of several payments on one page apart. */
    private const ID_CHARACTERS = 8;

    /**
     * @param array<string, CreatePaymentLinkResponse> $links one, or one for each kind of card by its name; none: nothing to pay
     * @param string $token empty for everybody but the buyer: no state and no invoice then
     */
    private function __construct(
        private readonly array $links,
        public readonly string $token,
        private readonly string $stage,
        private readonly string $hint,
    ) {
    }

    /**
     * The page, or why there is no link to pay by.
     *
     * @param string $back where Click sends the buyer back to; empty: nowhere
     * @param array<mixed> $query of the shop's page
     */
    public static function of(
        Checkout $checkout,
        int $paymentId,
        string $back,
        array $query,
        bool $isOwner,
        bool $choosesCard
    ): self|Status {
        $answer = $isOwner ? $checkout->token($paymentId) : null;
        if ($answer instanceof Status && $answer->isWorthRepeating()) {
            // The service does not answer: the buyer has waited long enough for one question.
            return $answer;
        }
        // A page without a live state is better than none.
        $answer = $answer instanceof Status ? null : $answer;
        $state = $answer?->getCheckout();
        $token = $state === null ? '' : $answer->getToken();
        $stage = $state === null ? '' : TemplateTexts::stage($state->getStage());
        if ($state !== null && !$state->getOffersToPay()) {
            return new self([], $token, $stage, '');
        }
        $hint = $state === null ? '' : ReturnUrl::hint($query, $paymentId);
        $links = self::links($checkout, $paymentId, $back, $choosesCard);
        return $links instanceof Status ? $links : new self($links, $token, $stage, $hint);
    }

    /** @return array<string, CreatePaymentLinkResponse>|Status */
    private static function links(Checkout $checkout, int $paymentId, string $back, bool $choosesCard): array|Status
    {
        $kinds = $choosesCard
            ? ['Uzcard' => CardType::CARD_TYPE_UZCARD, 'Humo' => CardType::CARD_TYPE_HUMO]
            : ['' => CardType::CARD_TYPE_UNSPECIFIED];
        $links = [];
        foreach ($kinds as $name => $kind) {
            $link = $checkout->paymentLink($paymentId, $back, $kind);
            if ($link instanceof Status) {
                return $link;
            }
            $links[$name] = $link;
        }
        return $links;
    }

    /**
     * For the template's `$params`.
     *
     * @return array{URL: string, SUM_TIYIN: int, FEE_TIYIN: int, TOTAL_TIYIN: int, CHECKOUT: array<string, mixed>}
     */
    public function params(bool $opensWindow): array
    {
        $nonce = bin2hex(random_bytes(self::NONCE_BYTES));
        // Kinds of card differ in the address only.
        $link = array_values($this->links)[0] ?? new CreatePaymentLinkResponse();
        [$totalTiyin, $feeTiyin] = [(int) $link->getAmountTiyin(), (int) $link->getFeeTiyin()];
        return [
            'URL' => $link->getUrl(),
            'SUM_TIYIN' => $totalTiyin - $feeTiyin,
            'FEE_TIYIN' => $feeTiyin,
            'TOTAL_TIYIN' => $totalTiyin,
            'CHECKOUT' => [
                'LINKS' => array_map(static fn(CreatePaymentLinkResponse $one): string => $one->getUrl(), $this->links),
                'QR_PATH' => $link->getQrPath(),
                'QR_SIZE' => $link->getQrSize(),
                'TOKEN' => $this->token,
                'STAGE' => $this->stage,
                'HINT' => $this->hint,
                // Closed while the money may be on its way: paying twice takes a decision then.
                'IS_OPEN' => $this->stage !== 'IN_PROGRESS' && $this->hint !== 'PAID',
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
