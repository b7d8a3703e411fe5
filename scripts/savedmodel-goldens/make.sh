#!/bin/sh
# Makes the goldens of test/fixtures/savedmodel with real TensorFlow, in a virtual environment of its own.
# Not part of `npm test`: its outputs are committed. Usage: make.sh [ops|models] [family or model ...]
# PERCH_TF_VENV names a virtual environment that is already there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${PERCH_TF_VENV:-"$here/.venv-tensorflow"}
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet -r "$here/requirements.txt"
fi
TF_CPP_MIN_LOG_LEVEL=3 TF_ENABLE_ONEDNN_OPTS=0 CUDA_VISIBLE_DEVICES= \
  exec "$venv/bin/python" "$here/make.py" "$@"
