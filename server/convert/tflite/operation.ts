// One operator of a .tflite file as its translation sees it.
import { PerchError } from '../../errors.ts';
import { Unsupported } from '../savedmodel/unsupported.ts';
import { isBig, isReal, numbersOf, type Value, type ValueType } from '../value.ts';
import type { Table } from './flatbuffer.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { LiteTensor } from './tflite-model.ts';

/** A tensor that an operator reads. */
export interface LiteEdge {
  readonly ref: string;
  readonly type: ValueType;
  readonly tensor: LiteTensor;
  /** Its contents, where the file has them. */
  readonly constant: Value | undefined;
}

/** A tensor that an operator gives. */
export interface LiteResult {
  readonly type: ValueType;
  readonly tensor: LiteTensor;
}

/** What an operator reads and gives, and the graph it becomes part of. */
export interface OperationParts {
  /** `CONV_2D`. */
  readonly name: string;
  readonly options: Table | undefined;
  readonly customOptions: Uint8Array;
  readonly inputs: readonly (LiteEdge | undefined)[];
  readonly outputs: readonly LiteResult[];
  readonly build: GraphBuilder;
}

/** Emits the nodes that an operator means and gives the refs of its outputs. Throws Unsupported. */
export type Translate = (operation: Operation) => readonly string[];
export type Translations = ReadonlyMap<string, Translate>;

/** One operator. */
export class Operation {
  readonly parts: OperationParts;
  readonly build: GraphBuilder;

  constructor(parts: OperationParts) {
    this.parts = parts;
    this.build = parts.build;
  }

  get name(): string {
    return this.parts.name;
  }

  /** An operand that must be there. */
  input(index: number): LiteEdge {
    const edge = this.optional(index);
    if (edge === undefined) {
      throw new PerchError('MODEL_FILE_INVALID', `The model file is damaged: ${this.name} lacks an operand.`);
    }
    return edge;
  }

  /** undefined where it is left out. */
  optional(index: number): LiteEdge | undefined {
    return this.parts.inputs[index];
  }

  ref(index: number): string {
    return this.input(index).ref;
  }

  /** The refs of all operands. */
  get refs(): readonly string[] {
    return this.parts.inputs.map((_, index) => this.ref(index));
  }

  /** The contents of an operand as numbers. Throws Unsupported where they are not known. */
  known(index: number, what: string): readonly number[] {
    const { constant } = this.input(index);
    if (constant === undefined || !(isReal(constant) || isBig(constant))) {
      throw new Unsupported(`${what} that is not constant`);
    }
    return numbersOf(constant);
  }

  output(index = 0): LiteResult {
    const output = this.parts.outputs[index];
    if (output === undefined) {
      throw new PerchError('MODEL_FILE_INVALID', `The model file is damaged: ${this.name} gives nothing.`);
    }
    return output;
  }

  int(field: number, missing = 0): number {
    return this.parts.options?.int(field, missing) ?? missing;
  }

  byte(field: number, missing = 0): number {
    return this.parts.options?.byte(field, missing) ?? missing;
  }

  flag(field: number): boolean {
    return this.parts.options?.flag(field) ?? false;
  }

  float(field: number, missing = 0): number {
    return this.parts.options?.float(field, missing) ?? missing;
  }

  ints(field: number): readonly number[] {
    return this.parts.options?.ints(field) ?? [];
  }
}
