<?php

declare(strict_types=1);

class_alias(\Bitrix\Main\ORM\Data\Result::class, 'Bitrix\\Main\\Entity\\Result');
