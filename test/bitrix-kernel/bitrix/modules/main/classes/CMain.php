<?php

declare(strict_types=1);

class CMain
{
    /** The end of a page: its response goes out, and what waits for the end runs. */
    public function FinalActions(): void
    {
        \Bitrix\Main\Application::getInstance()->end();
    }
}
