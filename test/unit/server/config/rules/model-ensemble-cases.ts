// Ensembles with one mistake each: what Triton says of it, and where.
import { bad, others, type ModelCase } from './model-case.ts';

const tensor = (name: string, dims = '4'): string =>
  `{ name: "${name}" data_type: TYPE_FP32 dims: [ ${dims} ] }`;
const head = `platform: "ensemble" input ${tensor('i')} output ${tensor('o')}`;
const step = (model: string, input: string, output: string): string =>
  `{ model_name: ${model} model_version: -1 input_map { key: "x" value: ${input} } output_map { key: "y" value: ${output} } }`;
const of = (...steps: readonly string[]): string => `ensemble_scheduling { step [ ${steps.join(', ')} ] }`;
const good = of(step('"a"', '"i"', '"t"'), step('"b"', '"t"', '"o"'));

/** A good one, of the models a and b. */
export const goodEnsemble = `${head} ${good}`;

const alone: readonly ModelCase[] = [
  bad(
    'triton/ensemble-scheduling-missing',
    'ensemble scheduling must be set for ensemble m whose platform is ensemble',
    'platform: «"ensemble"»',
  ),
  bad(
    'triton/ensemble-backend',
    "Ensemble model 'm' must have platform type 'ensemble' and empty backend type",
    `backend: «"onnxruntime"» ${goodEnsemble}`,
    goodEnsemble,
  ),
  bad(
    'triton/ensemble-platform',
    "ensemble scheduling cannot be set for model 'm' whose platform is not ensemble",
    `platform: "onnxruntime_onnx" input ${tensor('i')} output ${tensor('o')} ${good.replace('ensemble_scheduling', '«$&»')}`,
    goodEnsemble,
  ),
  bad(
    'triton/ensemble-instance-group',
    "instance group should not be specified for ensemble 'm'",
    `${goodEnsemble} «instance_group» { } instance_group { count: 2 }`,
    goodEnsemble,
  ),
  bad(
    'triton/ensemble-optimization',
    "optimization should not be specified for ensemble 'm'",
    `${goodEnsemble}\n«optimization» { }\n`,
    `${goodEnsemble}\n`,
  ),
  bad(
    'triton/ensemble-warmup',
    "model_warmup can not be specified for ensemble 'm'",
    `${goodEnsemble} «model_warmup» { name: "w" }`,
    goodEnsemble,
  ),
  bad('triton/ensemble-steps', "must specify 'step' for ensemble 'm'", `${head} «ensemble_scheduling» { }`),
  bad(
    'triton/step-model-name',
    "must specify 'model_name' in step 1 of ensemble 'm'",
    `${head} ${of(step('"a"', '"i"', '"t"'), step('«""»', '"t"', '"o"'))}`,
  ),
  bad(
    'triton/step-input-map',
    "must specify 'input_map' in step 0 of ensemble 'm'",
    `${head} ensemble_scheduling { «step» { model_name: "a" output_map { key: "y" value: "o" } } }`,
  ),
  bad(
    'triton/step-output-map',
    "must specify 'output_map' in step 0 of ensemble 'm'",
    `${head} ensemble_scheduling { «step» { model_name: "a" input_map { key: "x" value: "i" } } }`,
  ),
  bad(
    'triton/tensor-written-twice',
    "ensemble tensor 'o' can appear in an output map only once for ensemble 'm' step 1",
    `${head} ${of(step('"a"', '"i"', '"o"'), step('"b"', '"i"', '«"o"»'))}`,
  ),
  bad(
    'triton/input-mapped-twice',
    "input 'x' in model 'a' is mapped to multiple ensemble tensors for ensemble 'm' step 0",
    `${head} ensemble_scheduling { step { model_name: "a" input_map [ { key: "x" value: "i" }, { key: «"x"» value: "i" } ] output_map { key: "y" value: "o" } } }`,
  ),
  bad(
    'triton/ensemble-input-unused',
    "ensemble input 'j' for ensemble m' is not used",
    `platform: "ensemble" input [ ${tensor('i')}, ${tensor('j').replace('"j"', '«"j"»')} ] output ${tensor('o')} ${good}`,
  ),
  bad(
    'triton/ensemble-output-unused',
    "ensemble output 'p' for ensemble m' is not used",
    `platform: "ensemble" input ${tensor('i')} output [ ${tensor('o')}, ${tensor('p').replace('"p"', '«"p"»')} ] ${good}`,
  ),
  bad(
    'triton/ensemble-output-unwritten',
    "output 'o' for ensemble 'm' is not written: at least one of its depending tensors, 'tens', is not connected",
    `platform: "ensemble" input ${tensor('i')} output [ { name: «"o"» data_type: TYPE_FP32 dims: 4 }, ${tensor('tensor')} ] ${of(step('"a"', '"i"', '"tensor"'), step('"b"', '"tens"', '"o"'))}`,
    `platform: "ensemble" input ${tensor('i')} output [ { name: "o" data_type: TYPE_FP32 dims: 4 }, ${tensor('tensor')} ] ${of(step('"a"', '"i"', '"tensor"'), step('"b"', '"tensor"', '"o"'))}`,
  ),
  bad(
    'triton/ensemble-output-unwritten',
    "output 'p' for ensemble 'm' is not written",
    `platform: "ensemble" input ${tensor('i')} output [ ${tensor('o')}, ${tensor('p').replace('"p"', '«"p"»')} ] ${of(step('"a"', '"i"', '"o"'), step('"b"', '"p"', '"q"'))}`,
  ),
  bad(
    'triton/ensemble-tensor-unused',
    "ensemble tensor 't' is unused in ensemble 'm'",
    `${head} ${of(step('"a"', '"i"', '"o"'), step('"b"', '"i"', '«"t"»'))}`,
  ),
  bad(
    'triton/ensemble-tensor-unused',
    "ensemble tensor 'nothing' is unused in ensemble 'm'",
    `${head} ${of(step('"a"', '"i"', '"o"'), step('"b"', '«"nothing"»', '"t"'))}`,
  ),
];

/** A model with one input x and one output y. */
const model = (more = '', dims = '4', type = 'TYPE_FP32'): string =>
  `input { name: "x" data_type: ${type} dims: [ ${dims} ] } output { name: "y" data_type: TYPE_FP32 dims: [ 4 ] } ${more}`;
const decoupled = model('model_transaction_policy { decoupled: true }');
const two = others({ a: model(), b: model() });

const across: readonly ModelCase[] = [
  bad(
    'triton/step-model-unknown',
    'ensemble m contains models that are not available or ambiguous: preproces',
    `${head} ${of(step('«"preproces"»', '"i"', '"o"'))}`,
    `${head} ${of(step('"preprocess"', '"i"', '"o"'))}`,
    others({ preprocess: model() }),
  ),
  bad(
    'triton/step-batch-size',
    'ensemble m allows maximum batch size 8, but it contains model a which only allows maximum batch size to be 4',
    `max_batch_size: 8 ${head} ${of(step('«"a"»', '"i"', '"o"'))}`,
    `max_batch_size: 4 ${head} ${of(step('"a"', '"i"', '"o"'))}`,
    others({ a: model('max_batch_size: 4') }),
  ),
  bad(
    'triton/step-model-version',
    "ensemble 'm' depends on 'a' whose required version 2 is not loaded",
    `${head} ${of(step('"a"', '"i"', '"o"').replace('-1', '«2»'))}`,
    undefined,
    others({ a: model('version_policy { specific { versions: [ 1, 3 ] } }') }),
  ),
  bad(
    'triton/step-model-version',
    "ensemble 'm' depends on 'a' which has no loaded version",
    `${head} ${of(step('«"a"»', '"i"', '"o"'))}`,
    undefined,
    others({ a: model('version_policy { specific { } }') }),
  ),
  bad(
    'triton/step-input-unknown',
    'in ensemble m, ensemble tensor i is mapping to non-existing input image in model a',
    `${head} ensemble_scheduling { step { model_name: "a" input_map [ { key: «"image"» value: "i" }, { key: "x" value: "i" } ] output_map { key: "y" value: "o" } } }`,
    undefined,
    two,
  ),
  bad(
    'triton/step-output-unknown',
    'in ensemble m, ensemble tensor o is mapped from non-existing output q in model a',
    `${head} ensemble_scheduling { step { model_name: "a" input_map { key: "x" value: "i" } output_map { key: «"q"» value: "o" } } }`,
    `${head} ensemble_scheduling { step { model_name: "a" input_map { key: "x" value: "i" } output_map { key: "y" value: "o" } } }`,
    two,
  ),
  bad(
    'triton/step-input-missing',
    'in ensemble m, input w in model a is not mapped to any ensemble tensors',
    `${head} ${of(step('"a"', '"i"', '"o"').replace('input_map', '«input_map»'))}`,
    undefined,
    others({
      a: model(
        'input { name: "w" data_type: TYPE_FP32 dims: 1 } input { name: "v" data_type: TYPE_FP32 dims: 1 optional: true }',
      ),
    }),
  ),
  bad(
    'triton/tensor-type-conflict',
    'in ensemble m, ensemble tensor i: inconsistent data type: TYPE_FP32 is inferred from model m while TYPE_INT64 is inferred from model a',
    `${head} ${of(step('"a"', '«"i"»', '"o"'))}`,
    undefined,
    others({ a: model('', '4', 'TYPE_INT64') }),
  ),
  bad(
    'triton/tensor-shape-conflict',
    'in ensemble m, ensemble tensor t: inconsistent shape: [4] is inferred from model a while [-1,16] is inferred from model b',
    `${head} ${of(step('"a"', '"i"', '"t"'), step('"b"', '«"t"»', '"o"'))}`,
    undefined,
    others({ a: model(), b: model('', '-1, 16') }),
  ),
  bad(
    'triton/step-decoupled',
    "in ensemble m, step of model 'c' receives inputs originated from different decoupled models",
    `${head} ensemble_scheduling { step [ ${step('"a"', '"i"', '"s"')}, ${step('"b"', '"i"', '"t"')}, { model_name: «"c"» input_map [ { key: "x" value: "s" }, { key: "w" value: "t" } ] output_map { key: "y" value: "o" } } ] }`,
    undefined,
    others({ a: decoupled, b: decoupled, c: model('input { name: "w" data_type: TYPE_FP32 dims: 4 }') }),
  ),
  bad(
    'triton/ensemble-cycle',
    'circular dependency between ensembles: m -> ... -> c -> m',
    `${head} ${of(step('«"b"»', '"i"', '"o"'))}`,
    undefined,
    others({
      b: `${model()} ${of(step('"c"', '"x"', '"y"'))}`,
      c: `${model()} ${of(step('"m"', '"x"', '"y"'))}`,
    }),
  ),
];

/** All of them. */
export const modelEnsembleCases: readonly ModelCase[] = [...alone, ...across];
