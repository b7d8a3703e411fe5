"""Writes test/fixtures/savedmodel: what real TensorFlow computes for small graphs and models."""

import sys

import model_goldens
import op_goldens



def main():
    what = sys.argv[1] if len(sys.argv) > 1 else ''
    names = set(sys.argv[2:])
    if what in ('', 'ops'):
        op_goldens.make(names)
    if what in ('', 'models'):
        model_goldens.make(names)


main()
