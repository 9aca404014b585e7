<?php
// What a shop would write by hand: verify, lock, insert, commit. No gRPC, no second process, none of the rules.
$p = $_POST;
$signed = $p['click_trans_id'] . $p['service_id'] . 'FLOOR_SECRET' . $p['merchant_trans_id']
    . ($p['merchant_prepare_id'] ?? '') . $p['amount'] . $p['action'] . $p['sign_time'];
if (!hash_equals(md5($signed), $p['sign_string'])) {
    exit('{"error":-1}');
}
$db = new PDO('mysql:unix_socket=FLOOR_SOCKET;dbname=FLOOR_DATABASE', 'root', '', [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$db->beginTransaction();
$find = $db->prepare('SELECT p.ID, p.SUM FROM b_sale_order o JOIN b_sale_order_payment p ON p.ORDER_ID = o.ID WHERE o.ACCOUNT_NUMBER = ? FOR UPDATE');
$find->execute([$p['merchant_trans_id']]);
$payment = $find->fetch(PDO::FETCH_ASSOC);
$db->prepare('INSERT INTO bench_floor (reference, amount_tiyin) VALUES (?, ?)')->execute([$p['merchant_trans_id'], (int) $payment['SUM']]);
$id = $db->lastInsertId();
$db->commit();
header('Content-Type: application/json');
echo json_encode(['error' => 0, 'error_note' => 'Success', 'merchant_prepare_id' => (int) $id]);
