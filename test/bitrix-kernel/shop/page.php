<?php

/** What both pages of the demo shop share. Included after the prolog. */

declare(strict_types=1);

use Bitrix\Main\Application;

// The checkout is to be seen in each of its languages: `?lang=uz`. A shop has a site for each.
$shopLanguage = Application::getInstance()->getContext()->getRequest()->getQuery('lang');
if (in_array($shopLanguage, ['ru', 'uz', 'en'], true)) {
    Application::getInstance()->getContext()->setLanguage($shopLanguage);
}

function pageHead(string $title): void
{
    header('Content-Type: text/html; charset=utf-8');
    header('Cache-Control: no-store');
    // As strict as a shop may be: the checkout has to live with it.
    $self = array_map(static fn($name) => "$name 'self'", ['style-src', 'script-src', 'connect-src', 'form-action']);
    header("Content-Security-Policy: default-src 'none'; img-src data:; base-uri 'none'; " . implode('; ', $self));
    // Bitrix keeps a page back until it is whole, so that a component far down can redirect or set a cookie.
    ob_start();
    ?>
<!doctype html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title><?= text($title) ?></title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="shop.css">
    <script src="shop.js" defer></script>
</head>
<body>
<header><a href="./">Samarkand Paper</a><span>a stand-in shop</span></header>
<main>
    <?php
}

function pageFoot(): void
{
    ?>
</main>
</body>
</html>
    <?php
}

/** Escaped for HTML. */
function text(string|int|null $value): string
{
    return htmlspecialchars((string) $value, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

/** A sum from its DECIMAL text, as people here write it: `150 000.00 UZS`. */
function money(string $decimal, string $currency): string
{
    [$whole, $part] = explode('.', $decimal . '.');
    $grouped = preg_replace('/\B(?=(\d{3})+$)/', "\u{a0}", $whole);
    return $grouped . '.' . str_pad(substr($part, 0, 2), 2, '0') . "\u{a0}" . $currency;
}

/** A number from a query; 0 for anything else. */
function wholeNumber(mixed $value): int
{
    return is_string($value) && preg_match('/^\d{1,9}$/D', $value) === 1 ? (int) $value : 0;
}

function badge(bool $isPaid): string
{
    return $isPaid ? '<span class="badge paid">Paid</span>' : '<span class="badge">Not paid</span>';
}
