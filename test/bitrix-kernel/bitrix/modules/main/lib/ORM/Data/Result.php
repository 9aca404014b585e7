<?php

declare(strict_types=1);

namespace Bitrix\Main\ORM\Data;

/** Known as `Bitrix\Main\Entity\Result` too. */
class Result extends \Bitrix\Main\Result
{
}
