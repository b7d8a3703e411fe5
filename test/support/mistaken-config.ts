// A config.pbtxt of the sample model `digits` with ten mistakes, each of which has a quick fix.

/** The text. Put right, it is a config that the daemon serves `digits` with. */
export const mistakenConfig = `# proto-message: inference.ModelConfig
name = "digits"
platform: \u201Connxruntime_onnx\u201D
max_batch_size: 0
default_model_filname: "model.onnx"
input [
  {
    name: "images"
    data_type: FP32
    dims: [ -1, 64, ]
  }
]
output [
  {
    name: "probabilities"
    data_type: TYPE_FP32
    dims: [ -1, 11 ]
  }
  {
    name: "classes"
    data_type TYPE_INT64
    dims: [ -1 ]
  }
]
// Where it runs.
instance_group {
  count: 1
  kind: KIND_CPUS
}
`;

/** What is to be said of it, from top to bottom: the text that it is said of, and words of the message. */
export const mistakes: readonly (readonly [string, RegExp])[] = [
  ['=', /separated by a colon, not by =/],
  ['\u201Connxruntime_onnx\u201D', /Typographic quotation marks/],
  ['default_model_filname', /no field "default_model_filname"; did you mean default_model_filename\?/],
  ['FP32', /no value "FP32"; did you mean TYPE_FP32\?/],
  [',', /cannot end with a comma/],
  ['[ -1, 11 ]', /expects 2 dimensions \(shape \[-1,10\]\).*\[-1,11\].*compared with version 2/],
  ['{', /comma is missing before this list element/],
  ['data_type', /colon is missing between data_type and its value/],
  ['// Where it runs.', /Comments begin with #/],
  ['KIND_CPUS', /did you mean KIND_CPU\?/],
];
