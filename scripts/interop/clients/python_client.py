# The interop cases with gRPC's C-core, from Python: python_client.py ADDRESS [CA_FILE]. Prints one JSON line per case.
import json
import sys
import time
from collections.abc import Callable, Iterator

import grpc

SERVICE = "/perch.test.Wire/"
SECONDS = 30
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"


def check(condition: object, what: object) -> None:
    if not condition:
        raise AssertionError(str(what))


def unary(channel: grpc.Channel, method: str, request: bytes, **how: object) -> bytes:
    how.setdefault("timeout", SECONDS)
    return channel.unary_unary(SERVICE + method if method[0] != "/" else method)(request, **how)


def fails(call: Callable[[], object], code: grpc.StatusCode, details: str | None = None) -> grpc.RpcError:
    try:
        call()
    except grpc.RpcError as error:
        check(error.code() == code, error)
        check(details is None or error.details() == details, repr(error.details()))
        return error
    raise AssertionError(f"did not fail with {code}")


def empty_unary(channel: grpc.Channel) -> None:
    check(unary(channel, "Echo", b"") == b"", "not empty")


def large_unary(channel: grpc.Channel) -> None:
    for size in (271_828, 3_000_000):
        request = bytes(i & 0xFF for i in range(256)) * (size // 256)
        check(unary(channel, "Echo", request) == request, size)


def client_streaming(channel: grpc.Channel) -> None:
    messages = (bytes(size) for size in (27182, 8, 1828, 45904))
    check(channel.stream_unary(SERVICE + "Collect")(messages, timeout=SECONDS) == b"[4,74922]", "sum")


def server_streaming(channel: grpc.Channel) -> None:
    answers = channel.unary_stream(SERVICE + "Produce")(b"[31415,9,2653,58979]", timeout=SECONDS)
    check([len(answer) for answer in answers] == [31415, 9, 2653, 58979], "sizes")


def ping_pong(channel: grpc.Channel) -> None:
    sizes = [27182, 8, 1828, 45904]
    turns = []

    def requests() -> Iterator[bytes]:
        for turn, size in enumerate(sizes):
            while len(turns) < turn:
                time.sleep(0.001)
            yield bytes(size)

    for answer in channel.stream_stream(SERVICE + "Converse")(requests(), timeout=SECONDS):
        turns.append(len(answer))
    check(turns == sizes, turns)


def half_duplex(channel: grpc.Channel) -> None:
    sizes = [31415, 9, 2653, 58979] * 10
    answers = channel.stream_stream(SERVICE + "Converse")((bytes(size) for size in sizes), timeout=SECONDS)
    check([len(answer) for answer in answers] == sizes, "sizes")


def empty_stream(channel: grpc.Channel) -> None:
    check(list(channel.stream_stream(SERVICE + "Converse")(iter(()), timeout=SECONDS)) == [], "answers")


def custom_metadata(channel: grpc.Channel) -> None:
    metadata = (("x-one", "abc"), ("x-three-bin", b"bytes"))
    answer = unary(channel, "Metadata", b'["x-one","x-three-bin"]', metadata=metadata)
    check(json.loads(answer) == [["x-one", "abc"], ["x-three-bin", "bytes"]], answer)


def status_code_and_message(channel: grpc.Channel) -> None:
    request = json.dumps({"code": "MODEL_UNKNOWN", "message": "test status message"}).encode()
    fails(lambda: unary(channel, "Fail", request), grpc.StatusCode.NOT_FOUND, "test status message")


def special_status_message(channel: grpc.Channel) -> None:
    request = json.dumps({"code": "MODEL_UNKNOWN", "message": SPECIAL}).encode()
    fails(lambda: unary(channel, "Fail", request), grpc.StatusCode.NOT_FOUND, SPECIAL)


def trailing_metadata(channel: grpc.Channel) -> None:
    request = json.dumps({"code": "DRAINING", "message": "later", "retryAfterMs": 5}).encode()
    error = fails(lambda: unary(channel, "Fail", request), grpc.StatusCode.UNAVAILABLE, "later")
    check(dict(error.trailing_metadata())["grpc-retry-pushback-ms"] == "5", error.trailing_metadata())


def unimplemented_method(channel: grpc.Channel) -> None:
    fails(lambda: unary(channel, "None", b""), grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service(channel: grpc.Channel) -> None:
    fails(lambda: unary(channel, "/none.None/Echo", b""), grpc.StatusCode.UNIMPLEMENTED)


def timeout_on_sleeping_server(channel: grpc.Channel) -> None:
    fails(lambda: unary(channel, "Wait", b"", timeout=0.05), grpc.StatusCode.DEADLINE_EXCEEDED)


def cancel_after_begin(channel: grpc.Channel) -> None:
    call = channel.unary_unary(SERVICE + "Wait").future(b"")
    call.cancel()
    check(call.code() == grpc.StatusCode.CANCELLED, call.code())


def cancel_after_first_response(channel: grpc.Channel) -> None:
    done = []

    def requests() -> Iterator[bytes]:
        yield bytes(27182)
        while not done:
            time.sleep(0.001)

    call = channel.stream_stream(SERVICE + "Converse")(requests())
    check(len(next(call)) == 27182, "answer")
    call.cancel()
    done.append(True)
    fails(lambda: next(call), grpc.StatusCode.CANCELLED)


def compressed_request(channel: grpc.Channel) -> None:
    request = bytes(271_828)
    for compression in (grpc.Compression.Gzip, grpc.Compression.Deflate):
        check(unary(channel, "Echo", request, compression=compression) == request, compression)


def many_calls(channel: grpc.Channel) -> None:
    calls = [channel.unary_unary(SERVICE + "Echo").future(str(i).encode(), timeout=SECONDS) for i in range(1000)]
    check([call.result() for call in calls] == [str(i).encode() for i in range(1000)], "answers")


CASES = [
    empty_unary,
    large_unary,
    client_streaming,
    server_streaming,
    ping_pong,
    half_duplex,
    empty_stream,
    custom_metadata,
    status_code_and_message,
    special_status_message,
    trailing_metadata,
    unimplemented_method,
    unimplemented_service,
    timeout_on_sleeping_server,
    cancel_after_begin,
    cancel_after_first_response,
    compressed_request,
    many_calls,
]


def main() -> None:
    address, *authority = sys.argv[1:]
    if authority:
        with open(authority[0], "rb") as file:
            channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(file.read()))
    else:
        channel = grpc.insecure_channel(address)
    for case in CASES:
        problem = ""
        try:
            case(channel)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        print(json.dumps({"case": case.__name__, "problem": problem}), flush=True)


main()
