# Drives a running server with TensorFlow Serving's own Python client, and counts what differs. Run in the repository root:
#   python3 -m venv .venv-interop
#   .venv-interop/bin/pip install -r scripts/interop/requirements.txt
#   npm start -- --port=8500 --rest_api_port=8501 --monitoring_config_file=<file>   (in another terminal)
#   .venv-interop/bin/python scripts/interop/check.py --grpc 127.0.0.1:8500 --rest http://127.0.0.1:8501
# The server must serve examples/models. Needs Python 3.11 or later, 2 GB of disk for TensorFlow, and under a minute.
# The file of --monitoring_config_file holds `prometheus_config { enable: true }`; without it the metrics page counts as
# failed. Where the server was started with a --model_config_file of the four examples, --models with the absolute path
# of examples/models also replaces that configuration by HandleReloadConfigRequest, and leaves all examples served.
# With --saved-model, the name under which the server serves TensorFlow's own SavedModel half_plus_two (tensorflow/serving,
# saved_model_half_plus_two_cpu), that model is asked instead, and nothing else.
# Exits with 1 where anything failed.
import argparse
import gzip
import json
import os
import sys
from collections.abc import Callable

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import grpc
import numpy as np
import requests
import tensorflow as tf
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from prometheus_client.parser import text_string_to_metric_families
from tensorflow.core.framework import tensor_pb2
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_management_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
    regression_pb2,
)
from tensorflow_serving.config import model_server_config_pb2

SECONDS = 30  # deadline of every call
CLASSIFY = "tensorflow/serving/classify"
REGRESS = "tensorflow/serving/regress"
SETOSA = [5.0, 3.4, 1.5, 0.2]
VERSION_STATE_AVAILABLE = 30
NAMES = ["digits", "digits_conv", "half_plus_two", "iris"]


class Tally:
    """Counts checks; a failed one prints what came and what was expected."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def equal(self, name: str, got: object, expected: object) -> None:
        if got == expected:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {name}\n  got      {got!r}\n  expected {expected!r}")

    def answer(self, name: str, call: Callable[[], object], expected: object) -> None:
        """What `call` returns, or the exception that it raises, is `expected`."""
        try:
            got = call()
        except grpc.RpcError as error:
            got = (error.code().name, error.details())
        except Exception as error:  # one broken answer must not hide the checks after it
            got = error
        self.equal(name, got, expected)


def tensor(values: object, dtype: type = np.float32) -> tensor_pb2.TensorProto:
    return tf.make_tensor_proto(np.asarray(values, dtype))


def example(**features: list[float]) -> tf.train.Example:
    lists = {
        name: tf.train.Feature(float_list=tf.train.FloatList(value=values)) for name, values in features.items()
    }
    return tf.train.Example(features=tf.train.Features(feature=lists))


def check_predict(tally: Tally, stub: prediction_service_pb2_grpc.PredictionServiceStub) -> None:
    def predict(spec: dict | None, inputs: dict, output_filter: tuple[str, ...] = ()) -> predict_pb2.PredictResponse:
        request = predict_pb2.PredictRequest(model_spec=spec, inputs=inputs, output_filter=output_filter)
        return stub.Predict(request, SECONDS)

    def values(spec: dict, inputs: dict, output: str) -> list:
        return tf.make_ndarray(predict(spec, inputs).outputs[output]).tolist()

    half = {"name": "half_plus_two"}
    x = {"x": tensor([1, 2, 5])}
    tally.answer("Predict", lambda: values(half, x, "y"), [2.5, 3.0, 4.5])
    tally.answer("Predict an empty batch", lambda: values(half, {"x": tensor([])}, "y"), [])
    one_value = tf.make_tensor_proto(4.0, dtype=tf.float32, shape=[3])
    tally.answer("one value for all elements", lambda: values(half, {"x": one_value}, "y"), [4.0, 4.0, 4.0])
    tally.answer(
        "a string output",
        lambda: values({"name": "iris"}, {"measurements": tensor([SETOSA])}, "species"),
        [b"setosa"],
    )

    def answered_spec() -> tuple:
        spec = predict({"name": "half_plus_two", "version": {"value": 123}}, x).model_spec
        return spec.name, spec.version.value, spec.signature_name

    tally.answer("model_spec of the answer", answered_spec, ("half_plus_two", 123, "serving_default"))
    digits = {"images": tensor(np.zeros((2, 64)))}
    tally.answer(
        "output_filter", lambda: list(predict({"name": "digits"}, digits, ("classes",)).outputs), ["classes"]
    )

    undecodable = tensor([1.0])
    undecodable.tensor_content = b"abc"
    for spec, inputs, output_filter, status, text in [
        (None, x, (), "INVALID_ARGUMENT", "Missing ModelSpec"),
        ({"name": ""}, x, (), "INVALID_ARGUMENT", "ModelSpec has no name specified."),
        ({"name": "no"}, x, (), "NOT_FOUND", "Servable not found for request: Latest(no)"),
        (
            {"name": "half_plus_two", "version": {"value": 5}},
            x,
            (),
            "NOT_FOUND",
            "Servable not found for request: Specific(half_plus_two, 5)",
        ),
        (
            {"name": "half_plus_two", "version_label": "no"},
            x,
            (),
            "INVALID_ARGUMENT",
            "Unrecognized servable version label: no",
        ),
        (
            {"name": "half_plus_two", "signature_name": "no"},
            x,
            (),
            "FAILED_PRECONDITION",
            'Serving signature key "no" not found.',
        ),
        (
            half,
            {"x": tensor([1]), "z": tensor([1])},
            (),
            "INVALID_ARGUMENT",
            "input size does not match signature: 2!=1 len({x,z}) != len({x}). Sent extra: {z}. Missing but required: {}.",
        ),
        (half, {"x": undecodable}, (), "INVALID_ARGUMENT", "tensor parsing error: x"),
        (
            {"name": "digits"},
            digits,
            ("no",),
            "INVALID_ARGUMENT",
            "output tensor alias not found in signature: no Outputs expected to be in the set {classes,probabilities}.",
        ),
        (
            {"name": "digits"},
            digits,
            ("classes", "classes"),
            "INVALID_ARGUMENT",
            "duplicate output tensor alias: classes",
        ),
    ]:
        tally.answer(text, lambda: predict(spec, inputs, output_filter), (status, text))


def check_examples(tally: Tally, stub: prediction_service_pb2_grpc.PredictionServiceStub) -> None:
    def batch(*examples: tf.train.Example) -> dict:
        return {"example_list": {"examples": examples}}

    def classify(spec: dict, *examples: tf.train.Example) -> list[str]:
        request = classification_pb2.ClassificationRequest(model_spec=spec, input=batch(*examples))
        result = stub.Classify(request, SECONDS).result
        return [max(one.classes, key=lambda scored: scored.score).label for one in result.classifications]

    def regress(spec: dict, *examples: tf.train.Example) -> list[float]:
        request = regression_pb2.RegressionRequest(model_spec=spec, input=batch(*examples))
        return [one.value for one in stub.Regress(request, SECONDS).result.regressions]

    def infer(tasks: list[tuple[str, str]], *examples: tf.train.Example) -> list[str]:
        request = inference_pb2.MultiInferenceRequest(input=batch(*examples))
        for name, method in tasks:
            request.tasks.add(model_spec={"name": name}, method_name=method)
        return [one.WhichOneof("result") for one in stub.MultiInference(request, SECONDS).results]

    iris, half = {"name": "iris"}, {"name": "half_plus_two"}
    flower = example(measurements=SETOSA)
    tally.answer("Classify", lambda: classify(iris, flower, flower), ["setosa", "setosa"])
    tally.answer("Regress", lambda: regress(half, example(x=[1.0]), example(x=[4.0])), [2.5, 4.0])
    tally.answer("MultiInference", lambda: infer([("iris", CLASSIFY)], flower), ["classification_result"])
    refused = "INVALID_ARGUMENT"
    tally.answer("Classify nothing", lambda: classify(iris), (refused, "Input is empty."))
    tally.answer("Regress nothing", lambda: regress(half), (refused, "Input is empty."))
    tally.answer(
        "Classify, unknown signature",
        lambda: classify({"name": "iris", "signature_name": "no"}, flower),
        (refused, "No signature was found with the name: no"),
    )
    tally.answer(
        "MultiInference on two models",
        lambda: infer([("iris", CLASSIFY), ("half_plus_two", REGRESS)], flower),
        (refused, "All ModelSpecs in a MultiInferenceRequest must access the same model name."),
    )
    tally.answer(
        "MultiInference, unknown method",
        lambda: infer([("iris", "no")], flower),
        ("UNIMPLEMENTED", "Unsupported signature method_name: no"),
    )


def check_saved_model(tally: Tally, stub: prediction_service_pb2_grpc.PredictionServiceStub, name: str) -> None:
    """TensorFlow's half_plus_two, as TensorFlow Serving answers it."""

    def spec(signature: str = "") -> dict:
        return {"name": name, "signature_name": signature}

    def batch(*values: float) -> dict:
        return {"example_list": {"examples": [example(x=[value]) for value in values]}}

    def predict(signature: str, alias: str, values: list) -> tuple[str, list, str]:
        request = predict_pb2.PredictRequest(model_spec=spec(signature), inputs={alias: tensor(values)})
        answer = stub.Predict(request, SECONDS)
        ((output, proto),) = answer.outputs.items()
        return output, tf.make_ndarray(proto).tolist(), answer.model_spec.signature_name

    def classify(signature: str, *values: float) -> list:
        request = classification_pb2.ClassificationRequest(model_spec=spec(signature), input=batch(*values))
        result = stub.Classify(request, SECONDS).result
        return [[(scored.label, scored.score) for scored in one.classes] for one in result.classifications]

    def regress(signature: str, *values: float) -> list[float]:
        request = regression_pb2.RegressionRequest(model_spec=spec(signature), input=batch(*values))
        return [one.value for one in stub.Regress(request, SECONDS).result.regressions]

    def infer(*tasks: tuple[str, str]) -> list[tuple[str, object]]:
        request = inference_pb2.MultiInferenceRequest(input=batch(80.0))
        for signature, method in tasks:
            request.tasks.add(model_spec=spec(signature), method_name=method)
        return [
            (one.model_spec.signature_name, one.WhichOneof("result"))
            for one in stub.MultiInference(request, SECONDS).results
        ]

    def metadata() -> list[tuple]:
        request = get_model_metadata_pb2.GetModelMetadataRequest(model_spec=spec(), metadata_field=["signature_def"])
        packed = stub.GetModelMetadata(request, SECONDS).metadata["signature_def"]
        signatures = get_model_metadata_pb2.SignatureDefMap()
        packed.Unpack(signatures)
        return sorted(
            (
                key,
                one.method_name,
                *((alias, info.name, info.dtype) for alias, info in [*one.inputs.items(), *one.outputs.items()]),
            )
            for key, one in signatures.signature_def.items()
        )

    usual = ("y", [2.5, 3.0, 4.5], "serving_default")
    tally.answer("SavedModel: Predict", lambda: predict("", "x", [1, 2, 5]), usual)
    tally.answer("SavedModel: its shape", lambda: predict("", "x", [[2]]), ("y", [[3.0]], "serving_default"))
    named = ("outputs", [[5.0]], "regress_x2_to_y3")
    tally.answer("SavedModel: a signature", lambda: predict("regress_x2_to_y3", "inputs", [[4]]), named)
    classes = [[("", 42.0)], [("", 12.0)]]
    tally.answer("SavedModel: Classify", lambda: classify("classify_x_to_y", 80.0, 20.0), classes)
    tally.answer("SavedModel: Regress", lambda: regress("regress_x_to_y", 80.0, 20.0), [42.0, 12.0])
    both = [("regress_x_to_y", "regression_result"), ("classify_x_to_y", "classification_result")]
    tasks = [("regress_x_to_y", REGRESS), ("classify_x_to_y", CLASSIFY)]
    tally.answer("SavedModel: MultiInference", lambda: infer(*tasks), both)
    text, number = tf.string.as_datatype_enum, tf.float32.as_datatype_enum
    examples = ("inputs", "tf_example:0", text)
    signatures = [
        ("classify_x_to_y", CLASSIFY, examples, ("scores", "y:0", number)),
        ("regress_x2_to_y3", REGRESS, ("inputs", "x2:0", number), ("outputs", "y3:0", number)),
        ("regress_x_to_y", REGRESS, examples, ("outputs", "y:0", number)),
        ("regress_x_to_y2", REGRESS, examples, ("outputs", "y2:0", number)),
        ("serving_default", "tensorflow/serving/predict", ("x", "x:0", number), ("y", "y:0", number)),
    ]
    tally.answer("SavedModel: metadata", metadata, signatures)
    missing = 'Serving signature key "no" not found.'
    tally.answer("SavedModel: no such", lambda: predict("no", "x", [1]), ("FAILED_PRECONDITION", missing))
    feed = (
        "Signature input alias: x(feed name: x:0) not found in request and no default value provided. "
        "Inputs expected to be in the request {x}, or default input alias set: {}"
    )
    tally.answer("SavedModel: another input", lambda: predict("", "z", [1]), ("INVALID_ARGUMENT", feed))


def check_models(tally: Tally, channel: grpc.Channel) -> None:
    prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
    models = model_service_pb2_grpc.ModelServiceStub(channel)

    def metadata(name: str, fields: list[str]) -> tuple:
        request = get_model_metadata_pb2.GetModelMetadataRequest(model_spec={"name": name}, metadata_field=fields)
        answer = prediction.GetModelMetadata(request, SECONDS)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        answer.metadata["signature_def"].Unpack(signatures)
        signature = signatures.signature_def["serving_default"]
        dims = [dim.size for dim in signature.inputs["measurements"].tensor_shape.dim]
        return answer.model_spec.version.value, dims, sorted(signature.outputs)

    def status(spec: dict) -> list[tuple]:
        answer = models.GetModelStatus(get_model_status_pb2.GetModelStatusRequest(model_spec=spec), SECONDS)
        return [(one.version, one.state, one.status.error_code) for one in answer.model_version_status]

    refused, missing = "INVALID_ARGUMENT", "NOT_FOUND"
    tally.answer(
        "GetModelMetadata",
        lambda: metadata("iris", ["signature_def"]),
        (1, [-1, 4], ["probabilities", "species"]),
    )
    tally.answer(
        "GetModelMetadata of no field",
        lambda: metadata("iris", []),
        (refused, "GetModelMetadataRequest must specify at least one metadata_field"),
    )
    tally.answer(
        "GetModelMetadata of another field",
        lambda: metadata("iris", ["no"]),
        (refused, "Metadata field no is not supported"),
    )
    tally.answer(
        "GetModelStatus", lambda: status({"name": "half_plus_two"}), [(123, VERSION_STATE_AVAILABLE, 0)]
    )
    tally.answer(
        "GetModelStatus, unknown model",
        lambda: status({"name": "no"}),
        (missing, "Could not find any versions of model no"),
    )
    tally.answer(
        "GetModelStatus, unknown version",
        lambda: status({"name": "iris", "version": {"value": 9}}),
        (missing, "Could not find version 9 of model iris"),
    )

    health = health_pb2_grpc.HealthStub(channel)
    for service in ["", "PredictionService", "ModelService", "tensorflow.serving.PredictionService"]:
        request = health_pb2.HealthCheckRequest(service=service)
        tally.answer(
            f'Health of "{service}"',
            lambda: health.Check(request, SECONDS).status,
            health_pb2.HealthCheckResponse.SERVING,
        )
    watch = health.Watch(health_pb2.HealthCheckRequest(service="no"), SECONDS)
    tally.answer(
        "Health.Watch", lambda: next(watch).status, health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    )
    watch.cancel()

    def reflected_methods() -> list[str]:
        pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        return sorted(one.name for one in pool.FindServiceByName("tensorflow.serving.PredictionService").methods)

    tally.answer(
        "reflection",
        reflected_methods,
        ["Classify", "GetModelMetadata", "MultiInference", "Predict", "Regress"],
    )


def check_reload(tally: Tally, channel: grpc.Channel, directory: str) -> None:
    models = model_service_pb2_grpc.ModelServiceStub(channel)
    prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)

    def reload(*names: str, **labels: int) -> tuple:
        config = model_server_config_pb2.ModelServerConfig()
        for name in names:
            config.model_config_list.config.add(
                name=name,
                base_path=os.path.join(directory, name),
                model_platform="tensorflow",
                model_version_policy={"all": {}},
                version_labels=labels if name == "digits" else {},
            )
        request = model_management_pb2.ReloadConfigRequest(config=config)
        answer = models.HandleReloadConfigRequest(request, SECONDS)
        return answer.status.error_code, answer.status.error_message

    def version_of(label: str) -> int:
        request = predict_pb2.PredictRequest(
            model_spec={"name": "digits", "version_label": label}, inputs={"images": tensor(np.zeros((1, 64)))}
        )
        return prediction.Predict(request, SECONDS).model_spec.version.value

    done = (0, "")
    tally.answer("reload with all versions", lambda: reload("digits"), done)
    tally.answer("reload with labels", lambda: reload("digits", stable=1, canary=2), done)
    tally.answer("a label", lambda: (version_of("stable"), version_of("canary")), (1, 2))
    tally.answer("reload with a label moved", lambda: reload("digits", stable=2), done)
    tally.answer("the moved label", lambda: version_of("stable"), 2)
    tally.answer(
        "the label that was dropped",
        lambda: version_of("canary"),
        ("INVALID_ARGUMENT", "Unrecognized servable version label: canary"),
    )
    tally.answer(
        "reload with a model twice",
        lambda: reload("digits", "digits"),
        ("INVALID_ARGUMENT", "Illegal to list model digits multiple times in config list"),
    )
    tally.answer("reload with every example", lambda: reload(*NAMES), done)


def check_rest(tally: Tally, base: str) -> None:
    def http(method: str, path: str, body: object = None, **headers: str) -> tuple:
        data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        answer = requests.request(method, f"{base}{path}", data=data, headers=headers, timeout=SECONDS)
        return answer.status_code, answer.json()

    half = "/v1/models/half_plus_two"
    ones = {"instances": [1.0]}
    predictions = (200, {"predictions": [2.5]})

    def invalid(text: str) -> tuple:
        return 400, {"error": text}

    packed = gzip.compress(json.dumps(ones).encode())
    for name, call, expected in [
        ("predict by rows", lambda: http("POST", f"{half}:predict", ones), predictions),
        ("predict by columns", lambda: http("POST", f"{half}:predict", {"inputs": [1]}), (200, {"outputs": [2.5]})),
        ("predict by version", lambda: http("POST", f"{half}/versions/123:predict", ones), predictions),
        ("gzip", lambda: http("POST", f"{half}:predict", packed, **{"Content-Encoding": "gzip"}), predictions),
        ("strict", lambda: http("POST", f"{half}:predict?strict", '{"instances":[NaN]}'), (200, {"predictions": [None]})),
        ("regress", lambda: http("POST", f"{half}:regress", {"examples": [{"x": 1.0}]}), (200, {"results": [2.5]})),
        ("empty body", lambda: http("POST", f"{half}:predict", ""), invalid("JSON Parse error: The document is empty")),
        (
            "unknown signature",
            lambda: http("POST", f"{half}:predict", {"signature_name": "no", **ones}),
            invalid('Serving signature name: "no" not found in signature def'),
        ),
        (
            "unknown model",
            lambda: http("POST", "/v1/models/no:predict", ones),
            (404, {"error": "Servable not found for request: Latest(no)"}),
        ),
        (
            "unknown label",
            lambda: http("POST", f"{half}/labels/no:predict", ones),
            invalid("Unrecognized servable version label: no"),
        ),
        (
            "version and label",
            lambda: http("POST", f"{half}/versions/1/labels/no:predict", ones),
            invalid(f"Malformed request: POST {half}/versions/1/labels/no:predict"),
        ),
        ("GET of predict", lambda: http("GET", f"{half}:predict"), invalid(f"Malformed request: GET {half}:predict")),
        (
            "status",
            lambda: http("GET", half),
            (
                200,
                {
                    "model_version_status": [
                        {
                            "version": "123",
                            "state": "AVAILABLE",
                            "status": {"error_code": "OK", "error_message": ""},
                        }
                    ]
                },
            ),
        ),
        (
            "metadata",
            lambda: http("GET", f"{half}/metadata")[1]["model_spec"],
            {"name": "half_plus_two", "signature_name": "", "version": "123"},
        ),
    ]:
        tally.answer(f"REST: {name}", call, expected)

    def metric_names() -> bool:
        page = requests.get(f"{base}/monitoring/prometheus/metrics", timeout=SECONDS)
        return ":tensorflow:serving:request_count" in [one.name for one in text_string_to_metric_families(page.text)]

    tally.answer("metrics page", metric_names, True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--grpc", required=True, help="host:port or unix:path")
    parser.add_argument("--rest", required=True, help="http://host:port")
    parser.add_argument("--models", help="absolute path of examples/models; replaces the server's configuration")
    parser.add_argument("--saved-model", help="the name of TensorFlow's half_plus_two: it is asked, and no other model")
    arguments = parser.parse_args()
    tally = Tally()
    with grpc.insecure_channel(arguments.grpc) as channel:
        prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        if arguments.saved_model is not None:
            check_saved_model(tally, prediction, arguments.saved_model)
        else:
            check_predict(tally, prediction)
            check_examples(tally, prediction)
            check_models(tally, channel)
            check_rest(tally, arguments.rest.rstrip("/"))
        if arguments.models is not None:
            check_reload(tally, channel, arguments.models)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
