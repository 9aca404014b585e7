<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

class MysqliResult extends Result
{
}
