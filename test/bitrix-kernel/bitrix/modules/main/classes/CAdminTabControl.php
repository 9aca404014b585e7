<?php

declare(strict_types=1);

/** The tabs of an admin form, here one below the other. */
class CAdminTabControl
{
    private int $next = 0;

    /** @param list<array{DIV: string, TAB: string, TITLE: string}> $tabs */
    public function __construct(private readonly string $name, private readonly array $tabs)
    {
    }

    public function Begin(): void
    {
        echo "<div id=\"{$this->name}\">";
    }

    public function BeginNextTab(): void
    {
        echo $this->next > 0 ? '</table>' : '', '<h2>', htmlspecialcharsbx($this->tabs[$this->next]['TITLE']), '</h2><table>';
        $this->next += 1;
    }

    public function Buttons(): void
    {
        echo '</table><div class="buttons">';
    }

    public function End(): void
    {
        echo '</div></div>';
    }
}
