# Clients and servers of gRPC's C-core with keepalive options, for keepalive.mjs. Speaks JSON lines:
#   <- {"servers": [{"options": {...}, "dataEverySeconds": 0.3 or null}]}   -> {"ports": [...]}
#   <- {"clients": [{"address", "options": {...}, "stream": bool}]}         -> {"begun": true}
# and ends with its stdin.
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures

import grpc

CALL = "/perch.test.Keepalive/Call"
STREAM = "/perch.test.Keepalive/Stream"


def as_options(options: dict[str, int]) -> list[tuple[str, int]]:
    return list(options.items())


class Handler(grpc.GenericRpcHandler):
    """Answers CALL at once, and STREAM with something every so often, or never."""

    def __init__(self, data_every_seconds: float | None) -> None:
        self.data_every_seconds = data_every_seconds

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        if details.method == CALL:
            return grpc.unary_unary_rpc_method_handler(lambda request, context: request)
        if details.method == STREAM:
            return grpc.unary_stream_rpc_method_handler(self.stream)
        return None

    def stream(self, request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        gone = threading.Event()
        context.add_callback(gone.set)
        while not gone.wait(self.data_every_seconds):
            yield b"x"


def serve(told: dict) -> tuple[grpc.Server, int]:
    server = grpc.server(futures.ThreadPoolExecutor(4), options=as_options(told["options"]))
    server.add_generic_rpc_handlers((Handler(told["dataEverySeconds"]),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def keep(call: Callable[[], object]) -> None:
    """What becomes of a call is not looked at here."""
    try:
        call()
    except grpc.RpcError:
        pass


def begin(told: dict) -> grpc.Channel:
    channel = grpc.insecure_channel(told["address"], options=as_options(told["options"]))
    if told["stream"]:
        calls = channel.unary_stream(STREAM)(b"")
        threading.Thread(target=keep, args=(lambda: list(calls),), daemon=True).start()
    else:
        keep(lambda: channel.unary_unary(CALL)(b"", timeout=20))
    return channel


def main() -> None:
    servers = [serve(told) for told in json.loads(sys.stdin.readline())["servers"]]
    print(json.dumps({"ports": [port for _, port in servers]}), flush=True)
    channels = [begin(told) for told in json.loads(sys.stdin.readline())["clients"]]
    print(json.dumps({"begun": True}), flush=True)
    sys.stdin.read()
    for channel in channels:
        channel.close()
    for server, _ in servers:
        server.stop(None)
    time.sleep(0.2)


main()
