<?php

declare(strict_types=1);

namespace ClickBridge\Checkout;

use Bitrix\Main\Context;
use Bitrix\Sale\Helpers\Order as OrderHelper;
use Bitrix\Sale\Order;

/**
 * Whether the visitor is the buyer of the order. Bitrix does not check: its sale_ps_ajax.php shows the pay system of any order to anybody.
 * The three rules are those of its component sale.order.payment.
 */
final class Owner
{
    /** sale.order.payment uses HASH, the links in its mails use access. */
    public const HASH_PARAMETERS = ['HASH', 'access'];

    public static function isHere(Order $order): bool
    {
        return self::isKnown($order) || self::hasHash($order);
    }

    /** The buyer is known even without a secret in the page's address. */
    private static function isKnown(Order $order): bool
    {
        return self::isSignedIn($order) || self::isOfSession($order);
    }

    /** Whether this page needs the order's hash, in the query or, in a shop with its own URL rules, in the path. */
    public static function needsHash(Order $order, string $page): bool
    {
        $hash = (string) $order->getHash();
        $rest = rawurldecode(ReturnUrl::url($page, 0));
        return (!self::isKnown($order) && self::hasHash($order)) || ($hash !== '' && str_contains($rest, $hash));
    }

    private static function isSignedIn(Order $order): bool
    {
        $user = $GLOBALS['USER'] ?? null;
        return $user instanceof \CUser
            && $user->IsAuthorized()
            && (int) $user->GetID() > 0
            && (int) $user->GetID() === (int) $order->getUserId();
    }

    /** Orders that were made in this session, also by somebody who did not sign in. */
    private static function isOfSession(Order $order): bool
    {
        $orders = $_SESSION['SALE_ORDER_ID'] ?? null;
        foreach (is_array($orders) ? $orders : [] as $id) {
            if ((is_int($id) || is_string($id)) && (string) $id === (string) $order->getId()) {
                return true;
            }
        }
        return false;
    }

    /** A link that Bitrix sent to the buyer. It holds while the shop allows guests to see orders of that status. */
    private static function hasHash(Order $order): bool
    {
        if (!class_exists(OrderHelper::class) || !OrderHelper::isAllowGuestView($order)) {
            return false;
        }
        $hash = (string) $order->getHash();
        $request = Context::getCurrent()->getRequest();
        foreach (self::HASH_PARAMETERS as $name) {
            $given = $request->get($name);
            if ($hash !== '' && is_string($given) && hash_equals($hash, $given)) {
                return true;
            }
        }
        return false;
    }
}
