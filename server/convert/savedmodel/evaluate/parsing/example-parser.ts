// Parses tf.Examples into columns by a model's feature specification, with TensorFlow's rules and error texts.
import { refusal } from '../operands.ts';
import { productOf } from '../shapes.ts';
import { latin1Of, utf8Of } from '../strings/ascii.ts';
import { featureTypeOf, newColumn } from './columns.ts';
import { ExampleError, featuresOf } from './example-wire.ts';
import type { Value } from '../../../value.ts';
import type { Column, FeatureType } from './columns.ts';
import type { RawFeature } from './example-wire.ts';

/** One feature that the model asks for. */
export interface FeatureSpec {
  /** Its name, one character for each byte. */
  readonly key: string;
  readonly type: FeatureType;
  readonly kind: 'dense' | 'sparse' | 'ragged';
  /** Of a dense one: of each example. The first size is -1 where it differs from example to example. */
  readonly shape: readonly number[];
  /** Of a dense one: for examples without it, or to pad with; no element: it is required. */
  readonly fallback: Value | undefined;
}

/** A feature's values over all examples. */
export interface ParsedColumn {
  readonly spec: FeatureSpec;
  readonly column: Column;
  /** How many values each example has. */
  readonly counts: number[];
}

const typeNames: Readonly<Record<FeatureType, string>> = {
  float32: 'float',
  int64: 'int64',
  string: 'string',
};

/** Whether a dense feature has as many values as each example brings. */
export function isVariable(spec: FeatureSpec): boolean {
  return spec.kind === 'dense' && spec.shape[0] === -1;
}

/** How many values of a feature of variable length belong together. */
export function strideOf(spec: FeatureSpec): number {
  return productOf(spec.shape.slice(1));
}

/**
 * The columns of some examples. Throws INFERENCE_FAILED with TensorFlow's words.
 *
 * @param names of the examples, for messages; none at all or as many as examples
 * @param isBatch whether messages name the example: they do not where there is a single one
 */
export function parseExamples(
  examples: readonly Uint8Array[],
  names: readonly Uint8Array[],
  specs: readonly FeatureSpec[],
  isBatch: boolean,
): readonly ParsedColumn[] {
  const columns = specs.map((spec): ParsedColumn => ({ spec, column: newColumn(spec.type), counts: [] }));
  const byKey = new Map(columns.map((column) => [column.spec.key, column]));
  examples.forEach((bytes, index) => {
    const name = utf8Of(names[index] ?? Buffer.from('<unknown>'));
    new ExampleParser(bytes, index, isBatch ? name : undefined).parse(byKey, columns);
  });
  return columns;
}

class ExampleParser {
  private readonly bytes: Uint8Array;
  private readonly index: number;
  private readonly name: string | undefined;

  constructor(bytes: Uint8Array, index: number, name: string | undefined) {
    this.bytes = bytes;
    this.index = index;
    this.name = name;
  }

  parse(byKey: ReadonlyMap<string, ParsedColumn>, columns: readonly ParsedColumn[]): void {
    const features = this.features();
    // From the last one on: of features of the same name the last one wins.
    for (let i = features.length - 1; i >= 0; i--) {
      const feature = features[i];
      const parsed = byKey.get(feature?.key ?? '');
      if (feature !== undefined && parsed?.counts.length === this.index) {
        this.feature(feature, parsed);
      }
    }
    for (const parsed of columns) {
      if (parsed.counts.length === this.index) {
        this.missing(parsed);
      }
    }
  }

  private features(): RawFeature[] {
    try {
      return featuresOf(this.bytes);
    } catch (error) {
      if (error instanceof ExampleError) {
        throw refusal(`Could not parse example input, value: '${utf8Of(this.bytes)}'`);
      }
      throw error;
    }
  }

  private feature(feature: RawFeature, { spec, column, counts }: ParsedColumn): void {
    const before = column.length;
    try {
      const type = featureTypeOf(this.bytes, feature);
      if (type === undefined) {
        return;
      }
      if (type !== spec.type) {
        throw this.wrongType(spec, type);
      }
      column.read(this.bytes, feature);
    } catch (error) {
      throw error instanceof ExampleError ? this.error(spec, "Can't parse serialized Example.") : error;
    }
    const count = column.length - before;
    if (spec.kind === 'dense') {
      this.checkCount(spec, count);
    }
    counts.push(count);
  }

  private wrongType(spec: FeatureSpec, type: FeatureType): Error {
    const expected = typeNames[spec.type];
    return this.error(
      spec,
      spec.kind === 'dense'
        ? `Data types don't match. Data type: ${typeNames[type]} but expected type: ${expected}`
        : `Data types don't match. Expected type: ${expected}, Actual type: ${typeNames[type]}`,
    );
  }

  private checkCount(spec: FeatureSpec, count: number): void {
    const type = typeNames[spec.type];
    if (isVariable(spec)) {
      const stride = strideOf(spec);
      if (count % stride !== 0) {
        throw this.error(
          spec,
          `Number of ${type} values is not a multiple of stride length. Saw ${count} values but output shape is: ${textOf(spec.shape)}`,
        );
      }
    } else if (count !== productOf(spec.shape)) {
      throw this.error(
        spec,
        this.name === undefined
          ? `Can't parse serialized Example: Some ${spec.type === 'string' ? 'bytes' : type}_list slice was not parsed.`
          : `Number of ${type} values != expected.  Values size: ${count} but output shape: ${textOf(spec.shape)}`,
      );
    }
  }

  private missing({ spec, column, counts }: ParsedColumn): void {
    if (spec.kind !== 'dense' || isVariable(spec)) {
      counts.push(0);
      return;
    }
    const { fallback } = spec;
    if (fallback === undefined || fallback.data.length === 0) {
      if (productOf(spec.shape) === 0) {
        counts.push(0);
        return;
      }
      const where = this.name === undefined ? '' : `Name: ${this.name}, `;
      throw refusal(
        `${where}Feature: ${keyText(spec)} (data type: ${typeNames[spec.type]}) is required but could not be found.`,
      );
    }
    column.append(fallback);
    counts.push(fallback.data.length);
  }

  private error(spec: FeatureSpec, what: string): Error {
    return refusal(
      this.name === undefined
        ? `Key: ${keyText(spec)}.  ${what}`
        : `Name: ${this.name}, Key: ${keyText(spec)}, Index: ${this.index}.  ${what}`,
    );
  }
}

function keyText(spec: FeatureSpec): string {
  return utf8Of(Buffer.from(spec.key, 'latin1'));
}

/** A shape as TensorFlow writes one that is not wholly known. */
export function textOf(shape: readonly number[]): string {
  return `[${shape.map((size) => (size === -1 ? '?' : String(size))).join(',')}]`;
}

/** The name of a feature, as the maps here have it. */
export function keyOf(bytes: Uint8Array): string {
  return latin1Of(bytes);
}
