<?php

declare(strict_types=1);

namespace ClickBridge\Order;

/** How the service wants an order update saved. */
enum SaveMode
{
    /** In one transaction: a save that fails leaves nothing behind. */
    case Whole;
    /** Without one, because such saves have failed again and again: what is written stays. */
    case InParts;
}
