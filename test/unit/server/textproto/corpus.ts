// Files to begin with, of all kinds that the core reads, and a seeded source of mutants of them.

/** A file that is good, and the message that it holds. */
export interface Sample {
  readonly message: string;
  readonly text: string;
}

const serverConfigs = [
  `model_config_list {
  config {
    name: "half_plus_two"
    base_path: "/models/half_plus_two"  # half
    model_platform: "tensorflow"
  }
  config: <
    name: 'digits', base_path: '/models/' "digits";
    model_version_policy { specific { versions: 1 versions: 0x2a } }
    version_labels { key: "stable" value: 1 }
    version_labels [ { key: "canary", value: 42 }, { value: 7 } ]
  >
}
`,
  `model_config_list: { config: [ { name: "a" base_path: "/a" model_version_policy: { latest: { num_versions: 017 } } },
  { name: "b\\u00e9\\x41\\101\\n" model_type: TENSORFLOW logging_config { sampling_config { sampling_rate: 1e-1f } } } ] }`,
  `custom_model_config { [type.googleapis.com/tensorflow.serving.ModelConfig] { name: "in any" } }`,
  `custom_model_config { type_url: "x/y" value: "\\000\\xff" }`,
  ``,
];

const batchingConfigs = [
  `# batching
max_batch_size { value: 128 }
batch_timeout_micros: { value: - 5 }
allowed_batch_sizes: [1, 2, 4]; allowed_batch_sizes: 8
pad_variable_length_inputs: t
enable_large_batch_splitting < value: False >
`,
];

const modelConfigs = [
  `name: "mlp"
platform: "onnxruntime_onnx"
max_batch_size: 8
input [
  {
    name: "x"
    data_type: TYPE_FP32
    dims: [ -1, 784 ]
    reshape { shape: [] }
  }
]
output [ { name: "y" data_type: 11, dims: [10], label_filename: "labels.txt" } ]
`,
  `version_policy { specific { versions: [1, 3] } }
instance_group [ { count: 2 kind: KIND_GPU gpus: [0, 1] rate_limiter { resources [ { name: "R1" count: 4 } ] priority: 2 } } ]
dynamic_batching {
  preferred_batch_size: [4, 8]
  max_queue_delay_microseconds: 100
  priority_queue_policy { key: 1 value { timeout_action: DELAY default_timeout_microseconds: 18446744073709551615 } }
}
optimization { graph { level: -1 } execution_accelerators { gpu_execution_accelerator: [ { name: "tensorrt" parameters { key: "precision_mode" value: "FP16" } } ] } }
`,
  `parameters { key: "a" value: { string_value: "1" } }
parameters: { key: "b" value { string_value: "2" } }
ensemble_scheduling { step [ { model_name: "m" model_version: -1 input_map { key: "I" value: "x" } output_map { key: "O" value: "y" } } ] }
model_warmup [ { name: "w" batch_size: 1 inputs { key: "x" value { data_type: TYPE_FP32 dims: 4 zero_data: true } } } ]
`,
  `sequence_batching { oldest { max_candidate_sequences: 4 }
  control_input [ { name: "START" control [ { kind: CONTROL_SEQUENCE_START fp32_false_true: [0, 1.5] }, { int32_false_true: [ 0, 1 ] } ] } ] }
model_metrics { metric_control { metric_identifier { family: "nv" } histogram_options { buckets: [.5, 1., 2e3, inf, nan] } } }
response_cache { enable: 0x1 }`,
];

/** Good files. */
export const samples: readonly Sample[] = [
  ...serverConfigs.map((text) => ({ message: 'tensorflow.serving.ModelServerConfig', text })),
  ...batchingConfigs.map((text) => ({ message: 'tensorflow.serving.BatchingParameters', text })),
  ...modelConfigs.map((text) => ({ message: 'inference.ModelConfig', text })),
];

/** What mutants get in place of a value, or anywhere. */
const pieces = [
  ...'{}<>[]:,;-#"\'\\ \n\t.=/+0189aefx_$%'.split(''),
  ...[
    'true',
    'False',
    't',
    '1',
    '0',
    '-1',
    '- 1',
    '01',
    '08',
    '0x1',
    '0xg',
    '1.5',
    '1.',
    '.5',
    '1e5',
    '1f',
    '09.5',
    '10bar',
  ],
  ...[
    '2147483647',
    '2147483648',
    '-2147483648',
    '-2147483649',
    '4294967296',
    '9223372036854775808',
    '-9223372036854775808',
  ],
  ...[
    '18446744073709551615',
    '18446744073709551616',
    'inf',
    '-inf',
    'nan',
    '-nan',
    'Infinity',
    'infx',
    '1e999',
    '-0',
    '-0.0',
  ],
  ...[
    '"x"',
    "'x'",
    '"x" "y"',
    '"\\xff"',
    '"\\377"',
    '"\\u00e9"',
    '"\\ud800"',
    '"\\U0001F600"',
    '"\\U00110000"',
    '"\\q"',
    '"\\x"',
    '"é"',
  ],
  ...[
    'TYPE_FP32',
    'FP32',
    'KIND_GPU',
    'TENSORFLOW',
    '99',
    '[]',
    '[1]',
    '[1, 2]',
    '[1, ]',
    '["x"]',
    '{}',
    '<>',
    '{ }',
    '[{}]',
    '[{}, {}]',
  ],
  ...[
    'name: "n"',
    'dims: 1',
    'dims: [1, 2]',
    'dims [1]',
    'dims []',
    'count: 1;',
    'config {}',
    'latest {}',
    'all {}',
    'key: "k"',
    'value: 1',
  ],
  ...[
    '[a.b]: 1',
    '[x/tensorflow.serving.ModelConfig] {}',
    '[x/ tensorflow . serving.All] {}',
    'basePath: "/x"',
    'max_batch_size: 1',
  ],
  ...['# c\n', '// c\n', ',,', ';;', '\u00a0', '\ufeff', '“x”', '\u0001', '\r\n', '${x}', '{{ x }}'],
];

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const token = /[A-Za-z_][A-Za-z0-9_]*|[0-9][0-9a-zA-Z.]*|"[^"\n]*"|'[^'\n]*'|\s+|[^]/gu;

/** What a number, a string or a space can be replaced by without a change of the grammar. */
const numbers = pieces.filter((piece) => /^-?[0-9.]/.test(piece));
const strings = pieces.filter((piece) => /^["'].*["']$/.test(piece));
const spaces = [' ', '\n', '\t', '\r\n', ' # c\n', '\n\n# c {\n', ', ', '; ', ' \f\v'];

/** `text` with changes: for every second mutant mild ones, else one to three of characters and tokens. */
export function mutate(text: string, random: () => number): string {
  if (random() < 0.5) {
    return mutateMildly(text, random);
  }
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  let out = text;
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    const kind = random();
    if (kind < 0.25) {
      const at = Math.floor(random() * (out.length + 1));
      out = out.slice(0, at) + (pick(pieces) ?? '') + out.slice(at + (random() < 0.5 ? 1 : 0));
    } else if (kind < 0.3) {
      const at = Math.floor(random() * out.length);
      out = out.slice(0, at) + out.slice(at + 1);
    } else {
      out = changeTokens(out, kind, random);
    }
  }
  return out;
}

function changeTokens(text: string, kind: number, random: () => number): string {
  const tokens: readonly string[] = text.match(token) ?? [];
  const at = Math.floor(random() * tokens.length);
  const other = Math.floor(random() * tokens.length);
  const piece = pieces[Math.floor(random() * pieces.length)] ?? '';
  const [one, two] = [tokens[at], tokens[other]];
  if (one === undefined || two === undefined) {
    return piece;
  }
  if (kind < 0.45) {
    return tokens.toSpliced(at, 1).join('');
  }
  if (kind < 0.75) {
    return tokens.toSpliced(at, 1, piece).join('');
  }
  if (kind < 0.85) {
    return tokens.toSpliced(at, 0, one, ' ').join('');
  }
  return kind < 0.93
    ? tokens.with(at, two).with(other, one).join('')
    : tokens.toSpliced(Math.min(at, other), Math.abs(at - other)).join('');
}

/** One token becomes another of its kind. */
function mutateMildly(text: string, random: () => number): string {
  const tokens: readonly string[] = text.match(token) ?? [];
  const at = Math.floor(random() * tokens.length);
  const old = tokens[at] ?? '';
  const choice = /^\s/.test(old)
    ? spaces
    : /^[0-9]/.test(old)
      ? numbers
      : /^["']/.test(old)
        ? strings
        : [`${old} `, `${old}\n`, ''];
  return tokens.toSpliced(at, 1, choice[Math.floor(random() * choice.length)] ?? '').join('');
}
