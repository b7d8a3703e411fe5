// Reads the lines of `perch bench --format=jsonl`. No vscode in here.
import type { BenchLine } from '../../server/bench/bench-lines.ts';

/** What a line of each kind must have of each type; the program is our own, so that this tells a line from something else. */
const required: Readonly<
  Record<BenchLine['kind'], Readonly<Record<string, 'number' | 'string' | 'object'>>>
> = {
  hello: { api: 'number', model: 'string', intervalMs: 'number', durationMs: 'number' },
  progress: { elapsedMs: 'number', ok: 'number', rate: 'number', errors: 'object', client: 'object' },
  summary: { elapsedMs: 'number', ok: 'number', rate: 'number', histogram: 'object', notes: 'object' },
  error: { status: 'string', message: 'string' },
};

/** Reads a line; undefined for what is none. Never throws. */
export function parseBenchLine(text: string): BenchLine | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isBenchLine(line) ? line : undefined;
}

function isBenchLine(value: unknown): value is BenchLine {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = fields.get('kind');
  if (kind !== 'hello' && kind !== 'progress' && kind !== 'summary' && kind !== 'error') {
    return false;
  }
  return Object.entries(required[kind]).every(([name, type]) => {
    const field = fields.get(name);
    return field !== null && typeof field === type;
  });
}
