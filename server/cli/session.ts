// One run of a command: its arguments, its connection, and how it speaks.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { MessageInput } from '../../protos/messages.ts';
import { DaemonNotFoundError, findDaemon, type FoundDaemon } from '../discovery.ts';
import { UnsafeDirectoryError } from '../discovery-files.ts';
import { fileSystemCode } from '../file-system-error.ts';
import { nearest } from '../nearest.ts';
import { admin, AdminConnection, type ModelState } from './admin-connection.ts';
import type { Arguments, OperandCount, OptionTable } from './arguments.ts';
import { exitCode, MisuseError, RefusedError, UnreachableError, type CliContext } from './cli-context.ts';
import { toProtoJson } from './proto-json.ts';
import { harmless, table, type Cell } from './table.ts';
import { readOwnToken } from './token-argument.ts';

/** A command of the command line. */
export interface CliCommand {
  /** Its words, e.g. `canary start`. */
  readonly name: string;
  /** What stands behind it, for the help. */
  readonly operands: string;
  readonly summary: string;
  readonly count: OperandCount;
  /** Beside the common ones. */
  readonly options: OptionTable;
  /** Exit codes, where they are not the usual ones. */
  readonly exitCodes?: { readonly failed: number; readonly misuse: number; readonly unreachable: number };
  /** Gives the exit code. */
  readonly run: (session: Session) => Promise<number>;
}

/** The limit of Mutation.actor and Mutation.reason, characters. */
const longestActor = 200;
const longestReason = 1000;

/** What a command works with. */
export class Session {
  readonly context: CliContext;
  readonly args: Arguments;
  readonly isJson: boolean;

  constructor(context: CliContext, args: Arguments) {
    this.context = context;
    this.args = args;
    this.isJson = args.isSet('json');
  }

  /** Finds the daemon that is meant. Throws UnreachableError, and MisuseError for a token file that is none. */
  async findDaemon(): Promise<FoundDaemon> {
    const tokenFile = this.args.text('token_file');
    const token = tokenFile === undefined ? undefined : await readOwnToken(tokenFile, this.context.cwd);
    try {
      return await findDaemon({
        cwd: this.context.cwd,
        address: this.args.text('address'),
        token,
        env: this.context.env,
      });
    } catch (reason) {
      throw reason instanceof DaemonNotFoundError || reason instanceof UnsafeDirectoryError
        ? new UnreachableError(reason.message, { cause: reason })
        : reason;
    }
  }

  /** A connection to the daemon that is meant; nothing was asked of it yet. */
  async connect(): Promise<AdminConnection> {
    return this.open(await this.findDaemon());
  }

  /** A connection to this daemon. */
  async open({ address, token }: FoundDaemon): Promise<AdminConnection> {
    const rootsFile = this.args.text('tls_ca_cert');
    const tlsRoots = rootsFile === undefined ? undefined : await this.readInput(rootsFile);
    return new AdminConnection({ address, token, tlsRoots }, this.context.signal);
  }

  /** What a change carries: who, why, and an id that makes it happen once. */
  mutation(from?: ModelState): MessageInput<'perch.admin.v1.Mutation'> {
    const reason = this.args.text('reason') ?? '';
    if (reason.length > longestReason) {
      throw new MisuseError(`--reason takes at most ${longestReason} characters.`);
    }
    return {
      requestId: randomUUID(),
      expectedResourceVersion: from?.resourceVersion ?? '0',
      actor: `cli:${this.context.userName}`.slice(0, longestActor),
      reason,
    };
  }

  /** The bytes of a file, or of stdin for `-`. Throws MisuseError. */
  async readInput(file: string): Promise<Buffer> {
    if (file === '-') {
      return Buffer.from(await this.context.readStdin());
    }
    try {
      return await readFile(path.resolve(this.context.cwd, file));
    } catch (reason) {
      throw new MisuseError(`${file} cannot be read: ${fileSystemCode(reason)}.`, { cause: reason });
    }
  }

  /** A line of the result, for people. */
  print(text: string): void {
    this.context.write(`${harmless(text, true)}\n`);
  }

  /** A table of the result, for people. */
  printTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): void {
    this.context.write(table(headings, rows, this.context.inColour));
  }

  /** One JSON document on a line of its own. */
  printJson(value: unknown): void {
    this.context.write(`${JSON.stringify(toProtoJson(value))}\n`);
  }

  /** What happens meanwhile: to stderr, and not where programs listen. */
  tell(text: string): void {
    if (!this.isJson) {
      this.context.writeError(`${harmless(text, true)}\n`);
    }
  }
}

/** The model of this name. Throws RefusedError, with the name that was most likely meant. */
export async function readModel(connection: AdminConnection, name: string): Promise<ModelState> {
  const { models } = await connection.call(admin.ListModels, {});
  const model = models.find((one) => one.name === name);
  if (model === undefined) {
    const names = models.map((one) => one.name);
    const help = names.length === 0 ? 'There are none.' : `Did you mean ${nearest(name, names)}?`;
    throw new RefusedError('NOT_FOUND', `There is no model "${name}". ${help}`);
  }
  return model;
}

/** How a change is made and told. */
export interface Change {
  /** What of the model the change is about, e.g. its traffic. */
  readonly describe: (model: ModelState) => string;
  /** What it will be, as far as that is known before. */
  readonly intent: (before: ModelState) => string;
  readonly act: (
    connection: AdminConnection,
    mutation: MessageInput<'perch.admin.v1.Mutation'>,
    before: ModelState,
  ) => Promise<{ readonly model: ModelState | null }>;
}

/** Changes a model: says before what is and what will be, and after what is now. Nobody's change in between is lost. */
export async function changeModel(session: Session, name: string, change: Change): Promise<number> {
  using connection = await session.connect();
  const before = await readModel(connection, name);
  session.tell(`Now: ${change.describe(before)}`);
  session.tell(`Will be: ${change.intent(before)}`);
  const { model } = await change.act(connection, session.mutation(before), before);
  const after = model ?? (await readModel(connection, name));
  if (session.isJson) {
    session.printJson({ before, after });
  } else {
    session.print(change.describe(after));
  }
  return exitCode.ok;
}

/** The parts of `<model>/<version>`. Throws MisuseError. */
export function readModelVersion(operand: string): { readonly name: string; readonly version?: string } {
  const at = operand.indexOf('/');
  if (at === -1) {
    return { name: operand };
  }
  const version = operand.slice(at + 1).replace(/^v(?=\d)/, '');
  if (at === 0 || !/^[0-9]{1,19}$/.test(version) || BigInt(version) === 0n) {
    throw new MisuseError(`"${operand}" is no <model>/<version>, such as digits/3.`);
  }
  return { name: operand.slice(0, at), version };
}

/** As readModelVersion, where the version must be there. */
export function requireVersion(operand: string): { readonly name: string; readonly version: string } {
  const { name, version } = readModelVersion(operand);
  if (version === undefined) {
    throw new MisuseError(`Say which version: ${operand}/<version>.`);
  }
  return { name, version };
}
