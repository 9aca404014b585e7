<?php

declare(strict_types=1);

class CMain
{
    /** The end of a page: what waits for it runs now. */
    public function FinalActions(): void
    {
        (new \Bitrix\Main\Event('main', 'OnAfterEpilog'))->send();
    }
}
