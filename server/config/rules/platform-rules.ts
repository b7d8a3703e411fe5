// Rules for platform and backend: which go together, and how Triton finds the one that is not said (R2 to R5). Pure.
import { insertField } from '../../textproto/edit.ts';
import { replaceFix, type Fix } from '../../textproto/diagnostics.ts';
import { stringLiteral } from '../../textproto/strings.ts';
import { suggest } from '../../textproto/suggest.ts';
import { ensemblePlatform, type RuledModel } from './model-rule.ts';
import { removeValue, writeInstead } from './rule-fixes.ts';

/** The backend of each platform that Triton knows. */
const backendOfPlatform: ReadonlyMap<string, string> = new Map([
  ['onnxruntime_onnx', 'onnxruntime'],
  ['tensorrt_plan', 'tensorrt'],
  ['pytorch_libtorch', 'pytorch'],
  ['torch_aoti', 'pytorch'],
  ['tensorflow_savedmodel', 'tensorflow'],
  ['tensorflow_graphdef', 'tensorflow'],
]);

/** What people write for the platform of ONNX models. */
const onnxNames: ReadonlySet<string> = new Set(['onnx', 'onnxruntime', 'onnx_runtime', 'onnxrt', 'ort']);

/** The backend of a model file by its name. */
const backendOfFile: ReadonlyMap<string, string> = new Map([
  ['model.onnx', 'onnxruntime'],
  ['model.plan', 'tensorrt'],
  ['model.pt', 'pytorch'],
  ['model.pt2', 'pytorch'],
  ['model.xml', 'openvino'],
  ['model.py', 'python'],
  ['model.savedmodel', 'tensorflow'],
  ['model.graphdef', 'tensorflow'],
]);

/** R2, R3 and R5. R4 never comes: a model with neither is one of an unknown backend. */
export function platformRules(model: RuledModel): void {
  const { root, document, tell } = model;
  const platform = root.text('platform');
  const backend = root.text('backend');
  if (platform === undefined || backend === undefined) {
    return;
  }
  if (platform.value === ensemblePlatform) {
    if (backend.value !== '') {
      const message = `Ensemble model '${model.model}' must have platform type 'ensemble' and empty backend type`;
      const fixes = removeValue('Remove the backend', document.text, backend);
      tell('triton/ensemble-backend', backend.at, message, { fixes });
    }
    return;
  }
  if (platform.value === '') {
    return;
  }
  const filename = root.text('default_model_filename')?.value ?? '';
  const known = backendOfPlatform.get(platform.value);
  const filled = backend.value === '' ? (known ?? backendOfFile.get(filename) ?? '') : backend.value;
  const fixes = nearestPlatform(platform.value, filled).flatMap((name) =>
    writeInstead(platform, stringLiteral(name), `Change to ${name}`),
  );
  if (filled === '') {
    const message = `unexpected platform type '${platform.value}' for ${model.model}`;
    tell('triton/platform', platform.at, message, { fixes });
  } else if (known !== (isKnownBackend(filled) ? filled : undefined)) {
    // The missing space is Triton's.
    const message = `unexpected 'platform' and 'backend' pair, got:${platform.value}, ${filled}`;
    tell('triton/platform-backend', platform.at, message, { fixes });
  }
}

/** A model of which nothing says what runs it. */
export function backendRule(model: RuledModel): void {
  const { root, around, tell } = model;
  if (!['platform', 'backend', 'ensemble_scheduling'].every((name) => root.lacks(name))) {
    return;
  }
  const filename = root.text('default_model_filename');
  // A name with a dot ends with that of its backend.
  if (filename === undefined || model.model === '' || model.model.includes('.')) {
    return;
  }
  const files =
    filename.value === '' ? firstVersion(around.directory?.versions ?? []) : new Set([filename.value]);
  if (files.size === 0 || [...files].some((file) => backendOfFile.has(file))) {
    return;
  }
  const isOnnx = [...files].some((file) => file.endsWith('.onnx'));
  const message = `Invalid model name: Could not determine backend for model '${model.model}' with no backend in model configuration. Expected model name of the form 'model.<backend_name>'.`;
  tell('triton/backend-unknown', filename.at, message, { fixes: isOnnx ? addOnnxBackend(model) : [] });
}

/** The files of the first version directory by name, which is the one that Triton looks at. */
function firstVersion(
  versions: readonly { readonly name: string; readonly files: readonly string[] }[],
): ReadonlySet<string> {
  const [first] = versions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return new Set(first?.files ?? []);
}

function addOnnxBackend({ document }: RuledModel): Fix[] {
  const value = { kind: 'string', value: 'onnxruntime' } as const;
  const edits = insertField(document, [], { name: 'backend', value });
  return edits === undefined ? [] : [{ title: 'Add backend: "onnxruntime"', edits }];
}

function isKnownBackend(name: string): boolean {
  return [...backendOfPlatform.values()].includes(name);
}

/** The platform that was meant: that of the backend if there is only one, else the one that is nearest. */
function nearestPlatform(given: string, backend: string): string[] {
  const ofBackend = [...backendOfPlatform].filter(([, name]) => name === backend).map(([name]) => name);
  if (ofBackend.length === 1) {
    return ofBackend;
  }
  const meant = onnxNames.has(given.toLowerCase())
    ? 'onnxruntime_onnx'
    : suggest(given, [...(ofBackend.length === 0 ? backendOfPlatform.keys() : ofBackend), ensemblePlatform]);
  return meant === undefined ? [] : [meant];
}

/** The fix that makes `ensemble` the platform. */
export function makeEnsemble({ root, document }: RuledModel): Fix[] {
  const platform = root.text('platform');
  if (platform?.written !== undefined) {
    return [replaceFix('Change to ensemble', platform.at, '"ensemble"')];
  }
  const value = { kind: 'string', value: ensemblePlatform } as const;
  const edits = insertField(document, [], { name: 'platform', value });
  return edits === undefined ? [] : [{ title: 'Add platform: "ensemble"', edits }];
}
