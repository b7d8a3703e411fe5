// A model that is converted: opened through the cache of conversions, run by its program on ONNX Runtime's sessions.
import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import type { Signature, TensorMap, TensorSpec } from '../../codec/tensor.ts';
import type { Program, ProgramSignature, ProgramTensor } from '../../convert/program.ts';
import { openProgram, type OpenedProgram, type OpenProgramRequest } from '../../convert/program-cache.ts';
import { reportMarkdown } from '../../convert/report.ts';
import type { OnnxSession } from '../../convert/run/onnx-session.ts';
import { ProgramRunner } from '../../convert/run/program-runner.ts';
import { exportOf } from '../../convert/signature-export.ts';
import { PerchError } from '../../errors.ts';
import type { ConversionSettings } from '../engine-settings.ts';
import type { EngineMessage } from '../frames.ts';
import { Session, type SessionSource } from './session.ts';

type Conversion = NonNullable<Extract<EngineMessage, { kind: 'loaded' }>['conversion']>;

/** A loaded model that was converted. */
export class ProgramSession {
  readonly signatures: readonly Signature[];
  readonly conversion: Conversion;
  readonly #runner: ProgramRunner;
  /** What is kept in the cache for it. */
  readonly #opened: readonly OpenedProgram[];

  private constructor(
    program: Program,
    facts: Pick<Conversion, 'directory' | 'markdown'>,
    runner: ProgramRunner,
    opened: readonly OpenedProgram[],
  ) {
    this.signatures = program.signatures.map((signature) => toSignature(program, signature));
    this.conversion = {
      source: program.source,
      ...program.report,
      exports: program.signatures.map((signature) => exportOf(program, signature)),
      ...facts,
    };
    this.#runner = runner;
    this.#opened = opened;
  }

  /**
   * Converts what is not in the cache, and opens it. Rejects with SAVED_MODEL_INVALID, OPERATORS_UNSUPPORTED, and with
   * MODEL_FILE_INVALID where ONNX Runtime refuses what was made.
   */
  static async load(source: SessionSource, conversion: ConversionSettings): Promise<ProgramSession> {
    const { format: kind, tags, cacheDirectory, cacheBytes } = conversion;
    const request: OpenProgramRequest = {
      directory: path.dirname(source.file),
      file: path.basename(source.file),
      kind,
      tags,
      cacheDirectory,
      maximumBytes: cacheBytes,
    };
    const opened: OpenedProgram[] = [];
    const open = async (variant?: OpenProgramRequest['variant']): Promise<OpenedProgram> => {
      const program = await openProgram({ ...request, ...(variant === undefined ? {} : { variant }) });
      opened.push(program);
      return program;
    };
    const { program, directory } = await open();
    const runner = new ProgramRunner(
      program,
      directory,
      async (file) => textOnly(await Session.load({ ...source, file })),
      (signatureName, inputRanks) => open({ signatureName, inputRanks }),
    );
    const markdown = reportMarkdown(program, conversion.model);
    const session = new ProgramSession(program, { directory, markdown }, runner, opened);
    try {
      await runner.prepare();
      return session;
    } catch (reason) {
      await session.release();
      throw reason;
    }
  }

  /** As LoadedModel.run. */
  run(inputs: TensorMap, outputNames: readonly string[], signature: string): Promise<TensorMap> {
    return this.#runner.run(signature, inputs, outputNames);
  }

  /** Frees its sessions, and what is kept in the cache for it. */
  async release(): Promise<void> {
    try {
      await this.#runner.release();
    } finally {
      await Promise.all(this.#opened.map((program) => program.release()));
    }
  }
}

/** ONNX Runtime takes strings as text: other bytes would be changed, and a NUL would cut them off, without a word. */
function textOnly(session: Session): OnnxSession {
  return {
    run: (inputs, outputNames) => {
      for (const [name, tensor] of inputs) {
        if (tensor.dtype === 'string' && tensor.values.some((value) => !isUtf8(value) || value.includes(0))) {
          throw new PerchError(
            'INPUT_STRING_UNFIT',
            `The strings of "${name}" are not all UTF-8 text without NUL, which is what ONNX Runtime takes as strings.`,
          );
        }
      }
      return session.run(inputs, outputNames);
    },
    release: () => session.release(),
  };
}

function toSignature(program: Program, signature: ProgramSignature): Signature {
  return {
    named: {
      name: signature.name,
      methodName: signature.methodName,
      optionalInputs: [...signature.defaults.keys()],
      isStateful: program.plans[signature.plan]?.stateful ?? false,
    },
    inputs: signature.inputs.map(toSpec),
    outputs: signature.outputs.map(toSpec),
  };
}

function toSpec({ alias, name, dtype, shape }: ProgramTensor): TensorSpec {
  return {
    name: alias,
    tensorName: name,
    dtype,
    shape: shape ?? [],
    ...(shape === undefined ? { isUnranked: true } : {}),
  };
}
