// A worker process that cannot be started is an end with a reason, not an exception: it may come from a timer.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { openProcessChannel } from '../../../../server/engine/process-channel.ts';
import { tempDir } from '../../../support/temp-dir.ts';

describe('a process channel', () => {
  it('tells the end of its process once, with what it wrote last', async () => {
    using directory = tempDir();
    const program = path.join(directory.path, 'worker.cjs');
    writeFileSync(program, `process.stderr.write('x'.repeat(5000) + 'the end\\n'); process.exitCode = 7;`);
    const ends: string[][] = [];
    await new Promise<void>((resolve) =>
      openProcessChannel(program, {
        received: () => undefined,
        ended: (how, detail) => {
          ends.push([how, detail.slice(-9), String(detail.length <= 2000)]);
          resolve();
        },
      }),
    );
    assert.deepEqual(ends, [['exit code 7', 'xxthe end', 'true']]);
  });

  it('outlives writing to a process that is gone', async () => {
    using directory = tempDir();
    const program = path.join(directory.path, 'worker.cjs');
    writeFileSync(program, '');
    await new Promise<void>((resolve) => {
      const channel = openProcessChannel(program, {
        received: () => undefined,
        ended: () => {
          channel.write([new Uint8Array(100_000)]);
          channel.write([new Uint8Array(1), new Uint8Array(1)]);
          channel.kill();
          setImmediate(() => setImmediate(resolve));
        },
      });
    });
  });

  const noLimits = process.platform === 'win32' && 'there is no ulimit';
  it('tells an end where the process has no file descriptors left', { skip: noLimits }, async () => {
    using directory = tempDir();
    const program = path.join(directory.path, 'start.cjs');
    await build({
      stdin: {
        contents: `import { openSync } from 'node:fs';
          import { openProcessChannel } from ${JSON.stringify(
            path.join(import.meta.dirname, '../../../../server/engine/process-channel.ts'),
          )};
          try { for (;;) openSync('/dev/null'); } catch {}
          openProcessChannel('none', { received() {}, ended: (how) => console.log('ended: ' + how) });`,
        resolveDir: import.meta.dirname,
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
    const child = spawn('sh', ['-c', 'ulimit -n 64; exec "$0" "$1"', process.execPath, program]);
    const [output, trouble] = await Promise.all([text(child.stdout), text(child.stderr)]);
    assert.equal(trouble, '');
    assert.match(output, /^ended: it could not be started/);
  });
});
