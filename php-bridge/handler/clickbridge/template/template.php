<?php

/**
 * The button, and what Click will take when the buyer pays a fee. A shop that wants another look copies this file into its own template.
 *
 * @var array<string, mixed> $params
 */

declare(strict_types=1);

use Bitrix\Main\Localization\Loc;

Loc::loadMessages(__FILE__);
$clickBridgeUrl = is_string($params['URL'] ?? null) ? $params['URL'] : '';
$clickBridgeFee = is_int($params['FEE_TIYIN'] ?? null) ? $params['FEE_TIYIN'] : 0;
// `1500050` → `15 000.50`, with spaces that do not break; whole sums without decimals.
$clickBridgeSum = static function (string $name) use ($params): string {
    $tiyin = is_int($params[$name] ?? null) ? $params[$name] : 0;
    return number_format(intdiv($tiyin, 100), 0, '', '&nbsp;') . ($tiyin % 100 === 0 ? '' : sprintf('.%02d', $tiyin % 100));
};
?>
<?php if ($clickBridgeFee > 0) : ?>
<p class="clickbridge-sums"><?= Loc::getMessage('CLICKBRIDGE_SUMS', [
    '#SUM#' => $clickBridgeSum('SUM_TIYIN'),
    '#FEE#' => $clickBridgeSum('FEE_TIYIN'),
    '#TOTAL#' => $clickBridgeSum('TOTAL_TIYIN'),
]) ?></p>
<?php endif ?>
<a class="clickbridge-pay" href="<?= htmlspecialchars($clickBridgeUrl, ENT_QUOTES, 'UTF-8') ?>"
    style="display: inline-block; padding: 0.75em 1.5em; border-radius: 0.5em; background: #0065ff; color: #fff; text-decoration: none"
><?= Loc::getMessage('CLICKBRIDGE_PAY') ?></a>
