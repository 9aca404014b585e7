<?php

/** @var array<string, mixed> $params */

declare(strict_types=1);

use Bitrix\Main\Localization\Loc;

Loc::loadMessages(__FILE__);
$clickBridgeUrl = is_string($params['URL'] ?? null) ? $params['URL'] : '';
?>
<a class="clickbridge-pay" href="<?= htmlspecialchars($clickBridgeUrl, ENT_QUOTES, 'UTF-8') ?>"><?= Loc::getMessage('CLICKBRIDGE_PAY') ?></a>
