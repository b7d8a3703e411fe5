// What became of a model, counted for people and as a document for the editor.
import { graphsOf } from './savedmodel/emit/prune.ts';
import { operatorText } from './savedmodel/unsupported-error.ts';
import type { OnnxGraph } from './onnx/onnx-model.ts';
import type { ConversionReport, Program, ReportedOperator, UnsupportedOperator } from './program.ts';

/** What a report is made of. */
export interface ReportFacts {
  readonly producerVersion: string;
  readonly emitted: readonly {
    readonly graph: OnnxGraph | undefined;
    readonly counts: {
      readonly onnx: ReadonlyMap<string, number>;
      readonly host: ReadonlyMap<string, number>;
    };
  }[];
  readonly weightBytes: number;
  readonly omitted: readonly {
    readonly name: string;
    readonly unsupported: readonly UnsupportedOperator[];
  }[];
}

/** The report, its duration still 0. */
export function conversionReport(facts: ReportFacts): ConversionReport {
  const { emitted } = facts;
  const onnxOperators = new Map<string, number>();
  for (const { graph } of emitted) {
    countOperators(graph, onnxOperators);
  }
  return {
    producerVersion: facts.producerVersion,
    onnx: sumOf(emitted.map(({ counts }) => counts.onnx)),
    host: sumOf(emitted.map(({ counts }) => counts.host)),
    onnxOperators: listOf(onnxOperators),
    weightBytes: facts.weightBytes,
    omittedSignatures: facts.omitted,
    durationMs: 0,
  };
}

function countOperators(graph: OnnxGraph | undefined, counts: Map<string, number>): void {
  for (const node of graph?.nodes ?? []) {
    counts.set(node.op, (counts.get(node.op) ?? 0) + 1);
    for (const inner of graphsOf(node)) {
      countOperators(inner, counts);
    }
  }
}

function sumOf(all: readonly ReadonlyMap<string, number>[]): readonly ReportedOperator[] {
  const sum = new Map<string, number>();
  for (const counts of all) {
    for (const [op, count] of counts) {
      sum.set(op, (sum.get(op) ?? 0) + count);
    }
  }
  return listOf(sum);
}

function listOf(counts: ReadonlyMap<string, number>): readonly ReportedOperator[] {
  return Array.from(counts, ([op, count]) => ({ op, count })).sort((left, right) =>
    left.op < right.op ? -1 : 1,
  );
}

const sources: Readonly<Record<Program['source'], string>> = {
  saved_model: 'a TensorFlow SavedModel',
  tflite: 'a TensorFlow Lite model',
  trees: 'a tree ensemble',
};

/** The model that a report is of. */
export interface ReportedModel {
  readonly name: string;
  /** Empty where there is none. */
  readonly version: string;
}

/** The report as Markdown. */
export function reportMarkdown({ source, signatures, plans, report }: Program, model: ReportedModel): string {
  const ofVersion = model.version === '' ? '' : `, version ${model.version}`;
  const producer = report.producerVersion === '' ? '' : `, TensorFlow ${report.producerVersion}`;
  const lines = [
    `# Conversion of ${model.name}${ofVersion}`,
    '',
    `From ${sources[source]}${producer}, in ${report.durationMs} ms. ` +
      `${(report.weightBytes / 1e6).toFixed(1)} MB of weights.`,
    '',
    '## Signatures',
    '',
    '| Signature | Method | Inputs | Outputs | Computed by |',
    '| --- | --- | --- | --- | --- |',
    ...signatures.map(({ name, methodName, inputs, outputs, plan }) => {
      const facts = plans[plan];
      const state = facts?.stateful === true ? ', keeps state' : '';
      return `| ${cell(name)} | ${cell(methodName)} | ${tensors(inputs)} | ${tensors(outputs)} | ${computedBy(facts)}${state} |`;
    }),
    ...section('Computed by ONNX Runtime', report.onnx),
    ...section('Computed by Perch around it', report.host),
    ...section('ONNX operators', report.onnxOperators),
  ];
  if (report.omittedSignatures.length > 0) {
    lines.push('', '## Signatures that are left out', '');
    for (const { name, unsupported } of report.omittedSignatures) {
      lines.push(`- \`${name}\`: ${unsupported.map(operatorText).join('; ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function computedBy(plan: Program['plans'][number] | undefined): string {
  const host = plan !== undefined && plan.host.nodes.length > 0;
  return plan?.onnxFile === undefined ? 'Perch' : host ? 'ONNX Runtime and Perch' : 'ONNX Runtime';
}

function tensors(list: Program['signatures'][number]['inputs']): string {
  return list
    .map(
      ({ alias, dtype, shape }) =>
        `${cell(alias)}: ${dtype}${shape === undefined ? '' : ` [${shape.join(', ')}]`}`,
    )
    .join('<br>');
}

function section(title: string, operators: readonly ReportedOperator[]): readonly string[] {
  return operators.length === 0
    ? []
    : ['', `## ${title}`, '', operators.map(({ op, count }) => `${cell(op)} × ${count}`).join(', ')];
}

/** Names from outside cannot leave their cell. */
function cell(text: string): string {
  return text.replaceAll(/[|\r\n<>`[\]\\]/gu, ' ');
}
