<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

/** Whether a body returns an expression, as the recorded signatures tell it: closures inside do not count. */
final class ReturnedValue
{
    public static function isIn(\ReflectionFunctionAbstract $function): bool
    {
        $first = (int) $function->getStartLine();
        $lines = array_slice((array) file((string) $function->getFileName()), $first - 1, (int) $function->getEndLine() - $first + 1);
        $tokens = array_values(array_filter(
            \PhpToken::tokenize('<?php ' . implode('', $lines)),
            static fn(\PhpToken $token): bool => !$token->isIgnorable(),
        ));
        $depth = 0;
        $closuresAt = [];
        $isInside = false;
        foreach ($tokens as $place => $token) {
            if ($token->is(T_FUNCTION)) {
                if ($isInside) {
                    $closuresAt[] = $depth;
                }
                $isInside = true;
            } elseif ($token->is(['{', T_CURLY_OPEN, T_DOLLAR_OPEN_CURLY_BRACES])) {
                $depth++;
            } elseif ($token->is('}')) {
                $depth--;
                if ($closuresAt !== [] && end($closuresAt) === $depth) {
                    array_pop($closuresAt);
                }
            } elseif ($token->is(T_RETURN) && $closuresAt === [] && !$tokens[$place + 1]->is(';')) {
                return true;
            }
        }
        return false;
    }
}
