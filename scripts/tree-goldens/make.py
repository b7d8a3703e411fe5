"""Writes test/fixtures/trees: small models by real XGBoost and LightGBM, inputs, and what the trainers predict.

    python3 -m venv venv && venv/bin/pip install xgboost-cpu==3.2.0 lightgbm==4.7.0 numpy
    venv/bin/python scripts/tree-goldens/make.py
"""

import json
import pathlib

import lightgbm
import numpy
import xgboost

target = pathlib.Path(__file__).resolve().parents[2] / "test" / "fixtures" / "trees"
random = numpy.random.default_rng(20)
features = 6


def rows(count, missing):
    table = random.normal(size=(count, features)).astype(numpy.float32)
    if missing:
        table[random.random(table.shape) < 0.15] = numpy.nan
        table[random.random(table.shape) < 0.1] = 0
    return table


def number(value):
    value = float(value)
    return "nan" if numpy.isnan(value) else value


def keep(name, kind, model, inputs, predictions):
    target.mkdir(parents=True, exist_ok=True)
    golden = {
        "name": name,
        "kind": kind,
        "model": model,
        "inputs": [[number(value) for value in row] for row in inputs],
        "shape": list(predictions.shape),
        "predictions": [number(value) for value in predictions.reshape(-1)],
    }
    (target / f"{name}.json").write_text(json.dumps(golden) + "\n")


def xgb(name, parameters, labels, missing=True, categories=False, rounds=4):
    table = rows(200, missing)
    types = None
    if categories:
        table[:, 0] = random.integers(0, 9, size=200)
        types = ["c"] + ["q"] * (features - 1)
    data = xgboost.DMatrix(table, labels(table), feature_types=types, enable_categorical=categories)
    booster = xgboost.train({"max_depth": 3, "seed": 1, "nthread": 1, **parameters}, data, rounds)
    model = booster.save_raw("json").decode()
    inputs = table[:12]
    again = xgboost.DMatrix(inputs, feature_types=types, enable_categorical=categories)
    keep(f"xgboost-{name}", "xgboost", model, inputs, booster.predict(again))


def lgb(name, parameters, labels, missing=True, categories=False, rounds=4):
    table = rows(300, missing).astype(numpy.float64)
    if categories:
        table[:, 0] = random.integers(0, 40, size=300)
    data = lightgbm.Dataset(table, labels(table), categorical_feature=[0] if categories else "auto")
    settings = {"num_leaves": 7, "seed": 1, "num_threads": 1, "verbose": -1, "deterministic": True, "min_data_per_group": 5, **parameters}
    booster = lightgbm.train(settings, data, rounds)
    inputs = table[:12].copy()
    if categories:
        inputs[0, 0], inputs[1, 0], inputs[2, 0], inputs[3, 0] = numpy.nan, -3, 2.7, 1000
    keep(f"lightgbm-{name}", "lightgbm", booster.model_to_string(), inputs, booster.predict(inputs))


def value(table):
    return numpy.nan_to_num(table[:, 0]) * 2 + numpy.nan_to_num(table[:, 1]) ** 2


def positive(table):
    return numpy.abs(value(table)) + 0.1


def binary(table):
    return (value(table) > 0.5).astype(int)


def three(table):
    return numpy.digitize(value(table), [0, 1])


def group(table):
    return numpy.clip(numpy.digitize(value(table), [0, 1, 2]), 0, 3)


xgb("squared-error", {"objective": "reg:squarederror"}, value)
xgb("no-missing", {"objective": "reg:squarederror", "base_score": 3.5}, value, missing=False)
xgb("logistic", {"objective": "binary:logistic"}, binary)
xgb("logistic-base", {"objective": "binary:logistic", "base_score": 0.2}, binary)
xgb("logitraw", {"objective": "binary:logitraw"}, binary)
xgb("hinge", {"objective": "binary:hinge"}, binary)
xgb("softprob", {"objective": "multi:softprob", "num_class": 3}, three)
xgb("softmax", {"objective": "multi:softmax", "num_class": 3}, three)
xgb("poisson", {"objective": "count:poisson"}, positive)
xgb("gamma", {"objective": "reg:gamma"}, positive)
xgb("tweedie", {"objective": "reg:tweedie"}, positive)
xgb("absolute-error", {"objective": "reg:absoluteerror"}, value)
xgb("dart", {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5}, binary, rounds=6)
xgb("forest", {"objective": "reg:squarederror", "num_parallel_tree": 3, "subsample": 0.5, "learning_rate": 1}, value, rounds=1)
xgb("categories", {"objective": "reg:squarederror", "max_cat_to_onehot": 1}, value, missing=False, categories=True)
xgb("one-hot-categories", {"objective": "reg:squarederror", "max_cat_to_onehot": 20}, value, missing=False, categories=True)
xgb("single-leaf", {"objective": "reg:squarederror", "max_depth": 1, "gamma": 1e9}, value)
xgb("pruned", {"objective": "reg:squarederror", "gamma": 5, "max_depth": 5}, value)

lgb("regression", {"objective": "regression"}, value)
lgb("regression-sqrt", {"objective": "regression", "reg_sqrt": True}, value)
lgb("no-missing", {"objective": "regression", "use_missing": False}, value)
lgb("zero-as-missing", {"objective": "regression", "zero_as_missing": True}, value)
lgb("l1", {"objective": "regression_l1"}, value)
lgb("binary", {"objective": "binary"}, binary)
lgb("binary-sigmoid", {"objective": "binary", "sigmoid": 2.5}, binary)
lgb("multiclass", {"objective": "multiclass", "num_class": 3}, three)
lgb("multiclassova", {"objective": "multiclassova", "num_class": 3}, three)
lgb("poisson", {"objective": "poisson"}, positive)
lgb("tweedie", {"objective": "tweedie"}, positive)
lgb("cross-entropy", {"objective": "cross_entropy"}, binary)
lgb("cross-entropy-lambda", {"objective": "cross_entropy_lambda"}, binary)
lgb("random-forest", {"objective": "regression", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, value)
lgb("dart", {"objective": "regression", "boosting": "dart"}, value, rounds=6)
lgb("categories", {"objective": "regression"}, value, categories=True)
lgb("single-leaf", {"objective": "regression", "min_data_in_leaf": 1000}, value)
