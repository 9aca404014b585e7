<?php

declare(strict_types=1);

namespace Bitrix\Main\Entity;

class Result extends \Bitrix\Main\Result
{
}
