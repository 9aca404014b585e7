<?php

declare(strict_types=1);

namespace ClickBridge\Qr;

/** A QR code as SVG: one path, no style and no script, so that any content security policy lets it be. */
final class QrSvg
{
    /** Light modules around it. */
    private const QUIET = 4;
    /** Whole ones, so that no edge is blurred. */
    private const PIXELS_A_MODULE = 3;

    /** Empty for a text that is too long for one. */
    public static function of(string $text): string
    {
        $words = Codewords::of($text);
        if ($words === null) {
            return '';
        }
        $rows = Square::of($words);
        $path = '';
        foreach ($rows as $y => $row) {
            preg_match_all('/1+/', $row, $runs, PREG_OFFSET_CAPTURE);
            $end = null;
            foreach ($runs[0] as [$run, $x]) {
                $path .= $end === null ? 'M' . ($x + self::QUIET) . ' ' . ($y + self::QUIET) . '.5' : 'm' . ($x - $end) . ' 0';
                $path .= 'h' . strlen($run);
                $end = $x + strlen($run);
            }
        }
        $size = count($rows) + 2 * self::QUIET;
        $pixels = $size * self::PIXELS_A_MODULE;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"$pixels\" height=\"$pixels\""
            . " viewBox=\"0 0 $size $size\" shape-rendering=\"crispEdges\""
            . " aria-hidden=\"true\" focusable=\"false\"><path fill=\"#fff\" d=\"M0,0h{$size}v{$size}H0z\"/>"
            . "<path stroke=\"#000\" d=\"$path\"/></svg>";
    }
}
