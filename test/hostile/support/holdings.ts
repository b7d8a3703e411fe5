// That an attack leaves a server's memory and descriptors as they were.
import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import type { Holdings } from '../../support/holdings.ts';

/** A server in a process of its own. */
export interface AttackedProcess {
  readonly assertServing: () => Promise<void>;
  readonly holdings: () => Promise<Holdings>;
}

/** What a process holds is read from /proc. */
export const skip = process.platform === 'linux' ? false : 'reads /proc';

/** MiB by which what is held may differ: caches, and what waits for its time-out. */
const heldSlack = 8;

/** MiB that allocators keep of what they had to give. */
const residentSlack = 150;

/** Runs `attack` to warm up, and twice more: the process must come to hold no more than after the first time. */
export async function assertHoldings(server: AttackedProcess, attack: () => Promise<void>): Promise<void> {
  await attack();
  await server.assertServing();
  const base = await atRest(server);
  for (let round = 0; round < 2; round++) {
    await attack();
    await server.assertServing();
  }
  // Sockets linger, and what was collected is given back later.
  let now = base;
  await until('what is held to fall', async () => {
    now = await server.holdings();
    return now.descriptors <= base.descriptors && now.held <= base.held + heldSlack;
  }).catch((reason: unknown) => {
    assert.fail(`${String(reason)}: ${JSON.stringify(base)} -> ${JSON.stringify(now)}`);
  });
  assert.ok(
    now.resident <= base.resident + residentSlack,
    `resident: ${base.resident} -> ${now.resident} MiB`,
  );
}

/** What it holds when it has closed the sockets that clients have left. */
async function atRest(server: AttackedProcess): Promise<Holdings> {
  let least = Infinity;
  let unchanged = 0;
  return until('the descriptors to fall no further', async () => {
    const now = await server.holdings();
    unchanged = now.descriptors < least ? 0 : unchanged + 1;
    least = Math.min(least, now.descriptors);
    return now.descriptors === least && unchanged > 30 && now;
  });
}

/** `list` in groups: a server logs so many closes of a kind, and then only how many it left out. */
export function inGroups<T>(list: readonly T[], size = 8): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, group) =>
    list.slice(group * size, (group + 1) * size),
  );
}
