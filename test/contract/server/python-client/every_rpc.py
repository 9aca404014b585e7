"""Calls every RPC of the contract with the code that protoc makes of it, and prints as JSON what each came to.

Reads from stdin: target, token, service_id, secret_key, and two orders, of which it pays the first as Click would.
"""

import hashlib
import json
import pathlib
import sys
import uuid
from importlib import import_module

import grpc
from google.protobuf import descriptor_pb2
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2, status_pb2

DEADLINE_SECONDS = 20
GENERATED = pathlib.Path(sys.argv[1])

given = json.load(sys.stdin)
channel = grpc.insecure_channel(given["target"], options=[("grpc.enable_http_proxy", 0)])
metadata = [("authorization", f"Bearer {given['token']}")]
answers = {}
refusals = {}


def services():
    """Each service of the contract by its name: its messages' module, its stub, its methods."""
    for path in sorted((GENERATED / "clickbridge/v1").glob("*_service_pb2.py")):
        messages = import_module(f"clickbridge.v1.{path.stem}")
        stubs = import_module(f"clickbridge.v1.{path.stem}_grpc")
        for name, service in messages.DESCRIPTOR.services_by_name.items():
            proto = descriptor_pb2.ServiceDescriptorProto()
            service.CopyToProto(proto)
            methods = {method.name: method for method in proto.method}
            yield name, (messages, getattr(stubs, f"{name}Stub")(channel), methods)


SERVICES = dict(services())


def reason_of(error):
    """The code, and the reason of the ErrorInfo that every error carries."""
    details = dict(error.trailing_metadata()).get("grpc-status-details-bin", b"")
    for detail in status_pb2.Status.FromString(details).details:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return f"{error.code().name} {info.reason}"
    return f"{error.code().name} without a reason"


def send(rpc, **fields):
    """Calls an RPC once; of a stream the first message that tells of an event."""
    service, name = rpc.split("/")
    messages, stub, methods = SERVICES[service]
    # Its message may stand in another file than the service.
    request_type = messages.DESCRIPTOR.services_by_name[service].methods_by_name[name].input_type._concrete_class
    call = getattr(stub, name)
    try:
        answer = call(request_type(**fields), metadata=metadata, timeout=DEADLINE_SECONDS)
        if methods[name].server_streaming:
            stream, answer = answer, next(message for message in answer if message.HasField("event"))
            stream.cancel()
    except grpc.RpcError as error:
        refusals[rpc] = reason_of(error)
        return None
    answers[rpc] = MessageToDict(answer, preserving_proto_field_name=True)
    return answer


def callback(action, number, prepare_id=""):
    """The fields of a callback, signed as Click signs them."""
    fields = {
        "click_trans_id": "5000000001",
        "service_id": given["service_id"],
        "merchant_trans_id": number,
        "merchant_prepare_id": prepare_id,
        "amount": "1000.00",
        "action": action,
        "sign_time": "2026-01-15 12:00:00",
    }
    key = given["secret_key"]
    order = ["merchant_trans_id", "merchant_prepare_id", "amount", "action", "sign_time"]
    text = fields["click_trans_id"] + fields["service_id"] + key + "".join(fields[name] for name in order)
    if prepare_id == "":
        del fields["merchant_prepare_id"]
    return {**fields, "error": "0", "sign_string": hashlib.md5(text.encode()).hexdigest()}


def buy(payment_id, number):
    """From the link to an order that is marked paid."""
    send("CheckoutService/CreatePaymentLink", payment_id=payment_id)
    token = send("CheckoutService/CreateCheckoutToken", payment_id=payment_id).token
    send("CheckoutService/GetCheckoutByToken", token=token)
    prepared = send("CallbackService/Prepare", callback=callback("0", number))
    complete = callback("1", number, str(prepared.merchant_prepare_id))
    send("CallbackService/Complete", callback=complete, leave_order_update=True)
    update = send("OrderUpdateService/ClaimOrderUpdates", limit=1).order_updates[0]
    lease = {"order_update_id": update.order_update_id, "token": update.token}
    send("OrderUpdateService/StartOrderUpdate", **lease)
    send("OrderUpdateService/AcknowledgeOrderUpdate", **lease, outcome="OUTCOME_APPLIED")
    send("PaymentService/GetPayment", payment_id=payment_id)
    send("PaymentService/ListPayments", order_number=number, state="STATE_SETTLED")
    send("CheckoutService/GetCheckout", payment_id=payment_id)
    send("PaymentService/ListEvents", after_seq=0)
    send("PaymentService/WatchEvents", after_seq=0)
    send("PaymentService/ListAnomalies", state="STATE_OPEN")


def ask_click(payment_id):
    """Nobody listens at Click's address: what has to be asked there is refused."""
    once = {"request_id": str(uuid.uuid4()), "payment_id": payment_id}
    service = {"service_id": int(given["service_id"])}
    send("CheckoutService/CreateInvoice", **once, phone_number="901234567")
    send("PaymentService/RefundPayment", **once, user_id="a person")
    send("CardService/ChargeCardToken", **once, card_token="x")
    send("CardService/RequestCardToken", **service, card_number="8600123412341234", expire_date="0399")
    send("PassService/ChargeClickPass", **once, otp_data="x")
    send("PassService/SetConfirmationMode", **service, on=True)


buy(given["orders"][0]["payment_id"], given["orders"][0]["number"])
ask_click(given["orders"][1]["payment_id"])
every = [f"{name}/{method}" for name, (_, _, methods) in SERVICES.items() for method in methods]
for rpc in every:
    # The others, without a field: an answer, or a refusal with a reason.
    if rpc not in answers and rpc not in refusals:
        send(rpc)
json.dump({"every": every, "answers": answers, "refusals": refusals}, sys.stdout)
