// Engine hosts whose program does what the "model file" says: crash, hang or answer, at a load, a run or an unload.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EnginePool, EnginePoolOptions } from '../../../../server/engine/engine-pool.ts';
import type { VersionOnDisk } from '../../../../server/lifecycle/found.ts';
import { openEnginePool } from '../../../support/engine-pool.ts';
import { tempDir, type TempDir } from '../../../support/temp-dir.ts';

/** What a host does when it is asked; it answers where nothing is said. `refuse`: as ONNX Runtime does a wrong file. */
export type Deed = 'crash' | 'hang' | 'refuse';

/** What a model file says. */
export interface Script {
  readonly load?: Deed;
  readonly run?: Deed;
  readonly unload?: Deed;
}

/** Speaks the frames of server/engine/frames.ts; hangs at the next call where a file `hang-<pid>` lies beside it. */
const program = `
const fs = require('node:fs');
const { isMainThread, workerData } = require('node:worker_threads');
const note = (text) => fs.appendFileSync(__dirname + '/notes.txt', text + '\\n');
const sleep = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
function write(kind, call, head) {
  const padded = Math.ceil(head.length / 8) * 8;
  const frame = Buffer.alloc(16 + padded);
  frame.writeUInt32LE(padded, 0);
  frame.writeUInt32LE(kind, 4);
  frame.writeUInt32LE(call, 8);
  frame.writeUInt32LE(head.length, 12);
  frame.set(head, 16);
  if (isMainThread) {
    fs.writeSync(3, frame);
  } else {
    const { control, ring } = workerData.fromWorker;
    ring.set(frame, control[0]);
    Atomics.add(control, 0, frame.length);
    Atomics.notify(control, 0);
  }
}
const json = (value) => Buffer.from(JSON.stringify(value));
function read(length) {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    let count;
    if (isMainThread) {
      count = fs.readSync(3, bytes, filled, length - filled, null);
    } else {
      const { control, ring } = workerData.toWorker;
      while (control[0] === control[1] && Atomics.load(control, 2) === 0) Atomics.wait(control, 0, control[1]);
      count = Math.min(length - filled, control[0] - control[1]);
      bytes.set(ring.subarray(control[1], control[1] + count), filled);
      Atomics.add(control, 1, count);
    }
    if (count === 0) process.exit(0);
    filled += count;
  }
  return bytes;
}
const scripts = new Map();
write(0, 0, json({ onnxruntimeVersion: process.env.PERCH_TOKEN === undefined ? 'scripted' : 'has the token' }));
for (;;) {
  const prefix = read(16);
  const rest = read(prefix.readUInt32LE(0));
  const [kind, call] = [prefix.readUInt32LE(4), prefix.readUInt32LE(8)];
  const head = rest.subarray(0, prefix.readUInt32LE(12));
  const message = kind === 3 ? { session: head.readUInt32LE(0) } : JSON.parse(head.toString());
  if (kind === 1) {
    note('load ' + message.settings.provider + ' ' + message.memoryLimitBytes);
    scripts.set(message.session, JSON.parse(fs.readFileSync(message.file, 'utf8')));
  }
  const name = { 1: 'load', 2: 'unload', 3: 'run' }[kind];
  const deed = (scripts.get(message.session) ?? {})[name];
  if (deed === 'hang' || fs.existsSync(__dirname + '/hang-' + process.pid)) {
    note('hangs');
    sleep();
  }
  if (deed === 'crash') process.exit(3);
  if (deed === 'refuse') write(7, call, json({ code: 'MODEL_FILE_INVALID', message: 'refused' }));
  else if (kind === 1) write(4, call, json({ signatures: [{ inputs: [], outputs: [] }] }));
  else if (kind === 2) write(5, call, json({}));
  else write(6, call, Buffer.alloc(12));
}
`;

/** A pool of such hosts, and what it loads. */
export class ScriptedHosts {
  readonly pool: EnginePool;
  readonly #directory: TempDir = tempDir();

  constructor(options: Partial<EnginePoolOptions> = {}) {
    const workerFile = path.join(this.#directory.path, 'host.cjs');
    writeFileSync(workerFile, program);
    this.pool = openEnginePool({ workerFile, ...options });
  }

  /** A version with this script; `totalBytes` decides whether it gets a host of its own. */
  version(script: Script = {}, totalBytes = 1): VersionOnDisk {
    const text = JSON.stringify(script);
    const file = path.join(this.#directory.path, `${Buffer.from(text).toString('hex')}.onnx`);
    writeFileSync(file, text);
    return {
      number: 1n,
      directory: this.#directory.path,
      file,
      sizeBytes: 1,
      totalBytes,
      fingerprint: `${text} ${totalBytes}`,
      readiness: { kind: 'complete' },
    };
  }

  /** Lets the process `pid` hang at its next call. */
  hang(pid: number): void {
    writeFileSync(path.join(this.#directory.path, `hang-${pid}`), '');
  }

  /** What the hosts noted, a line each: `load <provider> <memory limit>` and `hangs`. */
  notes(): string[] {
    const file = path.join(this.#directory.path, 'notes.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  /** The kinds of the hosts that there are, and how many versions each holds. */
  held(): (readonly [string, number])[] {
    return this.pool.facts().map(({ kind, loadedVersions }) => [kind, loadedVersions]);
  }

  async remove(): Promise<void> {
    await this.pool.stop();
    this.#directory.remove();
  }
}
