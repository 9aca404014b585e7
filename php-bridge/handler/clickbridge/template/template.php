<?php

/**
 * The checkout of one payment, and what Click will take when the buyer pays a fee. A shop that wants another look copies this file and
 * its `lang` folder into its own template.
 *
 * @var array<string, mixed> $params URL, SUM_TIYIN, FEE_TIYIN, TOTAL_TIYIN and CHECKOUT: see lib/Checkout/Page.php
 */

declare(strict_types=1);

use Bitrix\Main\Context;
use Bitrix\Main\Localization\Loc;
use ClickBridge\Checkout\TemplateTexts;

Loc::loadMessages(__FILE__);

$checkout = is_array($params['CHECKOUT'] ?? null) ? $params['CHECKOUT'] : [];
$language = Context::getCurrent()->getLanguage();
$html = static fn(mixed $value): string => htmlspecialchars(is_string($value) ? $value : '', ENT_QUOTES, 'UTF-8');
$text = static fn(string $code): string => $html(Loc::getMessage("CLICKBRIDGE_$code"));
// `1500050` → `15 000.50`, with spaces that do not break; whole sums without decimals.
$sum = static function (string $name) use ($params): string {
    $tiyin = is_int($params[$name] ?? null) ? $params[$name] : 0;
    return number_format(intdiv($tiyin, 100), 0, '', '&nbsp;') . ($tiyin % 100 === 0 ? '' : sprintf('.%02d', $tiyin % 100));
};
// Whole pixels a module, so that no edge is blurred.
$qrPixels = 3 * $checkout['QR_SIZE'];
$hasToken = $checkout['TOKEN'] !== '';
$phoneId = "clickbridge-phone-{$checkout['ID']}";
$noteId = "clickbridge-note-{$checkout['ID']}";
?>
<?php if ($checkout['STYLE'] !== '') : ?>
<link rel="stylesheet" href="<?= $html($checkout['STYLE']) ?>">
<?php endif ?>
<div class="clickbridge" lang="<?= $html($language) ?>" data-stage="<?= $html($checkout['STAGE']) ?>"
    <?php if ($hasToken) : ?>
    data-status="<?= $html($checkout['STATUS_URL']) ?>" data-token="<?= $html($checkout['TOKEN']) ?>"
    data-stages="<?= $html(TemplateTexts::stages()) ?>" data-invoice="<?= $html(TemplateTexts::invoice()) ?>"
    <?php endif ?>
>
    <p class="clickbridge-state" role="status" tabindex="-1"><?=
        $html(TemplateTexts::state($checkout['STAGE'], $checkout['HINT']))
    ?></p>
    <?php if ($checkout['LINKS'] !== []) : ?>
    <details class="clickbridge-ways"<?= $checkout['IS_OPEN'] ? ' open' : '' ?>>
        <summary class="clickbridge-summary"><?= $text('WAYS') ?></summary>
        <?php if ($params['FEE_TIYIN'] > 0) : ?>
        <p class="clickbridge-sums"><?= Loc::getMessage('CLICKBRIDGE_SUMS', [
            '#SUM#' => $sum('SUM_TIYIN'),
            '#FEE#' => $sum('FEE_TIYIN'),
            '#TOTAL#' => $sum('TOTAL_TIYIN'),
        ]) ?></p>
        <?php endif ?>
        <div class="clickbridge-columns">
            <div class="clickbridge-column">
                <p class="clickbridge-links">
                <?php foreach ($checkout['LINKS'] as $card => $link) : ?>
                    <a class="clickbridge-button" href="<?= $html($link) ?>"
                        <?= $checkout['NEW_WINDOW'] ? 'target="_blank" rel="noopener"' : '' ?>
                    ><?= $text('PAY') ?><?= $card === '' ? '' : " · {$html($card)}" ?>
                    <?php if ($checkout['NEW_WINDOW']) : ?>
                        <span class="clickbridge-quiet">(<?= $text('NEW_WINDOW') ?>)</span>
                    <?php endif ?>
                    </a>
                <?php endforeach ?>
                </p>
                <?php if ($hasToken) : ?>
                <form class="clickbridge-invoice" method="post" action="<?= $html($checkout['STATUS_URL']) ?>">
                    <input type="hidden" name="token" value="<?= $html($checkout['TOKEN']) ?>">
                    <input type="hidden" name="nonce" value="<?= $html($checkout['NONCE']) ?>">
                    <input type="hidden" name="lang" value="<?= $html($language) ?>">
                    <label class="clickbridge-label" for="<?= $phoneId ?>"><?= $text('PHONE') ?></label>
                    <span class="clickbridge-row">
                        <input class="clickbridge-phone" id="<?= $phoneId ?>" name="phone" type="tel" inputmode="tel"
                            autocomplete="tel" required maxlength="24" placeholder="+998 90 123-45-67"
                            aria-describedby="<?= $noteId ?>">
                        <button class="clickbridge-send" type="submit"><?= $text('SEND') ?></button>
                    </span>
                    <span class="clickbridge-note" id="<?= $noteId ?>" role="status"><?= $text('PHONE_NOTE') ?></span>
                </form>
                <?php endif ?>
            </div>
            <?php if ($checkout['QR_PATH'] !== '') : ?>
            <div class="clickbridge-qr" role="img" aria-label="<?= $text('QR_LABEL') ?>">
                <svg xmlns="http://www.w3.org/2000/svg" width="<?= $qrPixels ?>" height="<?= $qrPixels ?>"
                    viewBox="0 0 <?= "{$checkout['QR_SIZE']} {$checkout['QR_SIZE']}" ?>" shape-rendering="crispEdges"
                    aria-hidden="true" focusable="false">
                    <rect width="100%" height="100%" fill="#fff"/>
                    <path stroke="#000" d="<?= $html($checkout['QR_PATH']) ?>"/>
                </svg>
                <span aria-hidden="true"><?= $text('QR') ?></span>
            </div>
            <?php endif ?>
        </div>
    </details>
    <?php endif ?>
</div>
<?php if ($hasToken && $checkout['SCRIPT'] !== '') : ?>
<script src="<?= $html($checkout['SCRIPT']) ?>" defer></script>
<?php endif ?>
