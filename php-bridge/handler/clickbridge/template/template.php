<?php

/**
 * The button. A shop that wants another look copies this file into its own template.
 *
 * @var array<string, mixed> $params
 */

declare(strict_types=1);

use Bitrix\Main\Localization\Loc;

Loc::loadMessages(__FILE__);
$clickBridgeUrl = is_string($params['URL'] ?? null) ? $params['URL'] : '';
?>
<a class="clickbridge-pay" href="<?= htmlspecialchars($clickBridgeUrl, ENT_QUOTES, 'UTF-8') ?>"
    style="display: inline-block; padding: 0.75em 1.5em; border-radius: 0.5em; background: #0065ff; color: #fff; text-decoration: none"
><?= Loc::getMessage('CLICKBRIDGE_PAY') ?></a>
