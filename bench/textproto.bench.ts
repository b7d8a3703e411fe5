// What reading a text-format config costs: parse, decode, format and a minimal edit, for a large file and a usual one.
import { rootJson } from '../protos/gen/root-json.ts';
import { decodeMessage } from '../server/textproto/decode.ts';
import { parseDocument } from '../server/textproto/document.ts';
import { schemaFromJson } from '../server/textproto/schema-from-json.ts';
import { conditions, median, percentile, printTable } from './support/conditions.ts';

const rounds = 40;
const schema = schemaFromJson(rootJson).message('inference.ModelConfig');
if (schema === undefined) {
  throw new Error('no inference.ModelConfig');
}

/** A config with `inputs` inputs, each six lines long. */
function configOf(inputs: number): string {
  const input = (i: number): string =>
    `  {\n    name: "input_${i}"  # number ${i}\n    data_type: TYPE_FP32\n    dims: [ -1, ${i}, 3 ]\n    reshape { shape: [ ${i} ] }\n  }`;
  const all = Array.from({ length: inputs }, (_, i) => input(i)).join(',\n');
  return `name: "model"\nplatform: "onnxruntime_onnx"\nmax_batch_size: 8\ninput [\n${all}\n]\n`;
}

const large = configOf(9000);
const texts = new Map([
  [`${(large.length / 1e6).toFixed(2)} MB`, large],
  ['500 lines', configOf(83)],
  ['500 lines, an unknown field in each input', configOf(83).replaceAll('reshape', 'reshaep')],
  ['1 MB of opening braces', '{'.repeat(1e6)],
  ['1 MB of one identifier', 'a'.repeat(1e6)],
  ['1 MB of quotation marks', '"\n'.repeat(5e5)],
  ['1 MB of unknown fields', 'aaaaaaa: 1\n'.repeat(1e5)],
]);

console.log(`\n# Text format: ${conditions()}`);
console.log(`${rounds} rounds; milliseconds`);
const rows = [...texts].map(([name, text]) => {
  const parse: number[] = [];
  const decode: number[] = [];
  let found = 0;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    const document = parseDocument(text);
    const parsed = performance.now();
    const { diagnostics } = decodeMessage(document, schema);
    parse.push(parsed - begun);
    decode.push(performance.now() - parsed);
    found = document.diagnostics.length + diagnostics.length;
  }
  const both = parse.map((time, i) => time + (decode[i] ?? 0));
  return [
    name,
    median(parse).toFixed(2),
    median(decode).toFixed(2),
    Math.min(...both).toFixed(2),
    median(both).toFixed(2),
    percentile(both, 0.95).toFixed(2),
    String(found),
  ];
});
printTable([['', 'parse p50', 'decode p50', 'both best', 'both p50', 'both p95', 'diagnostics'], ...rows]);
