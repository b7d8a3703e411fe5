// Rates and concurrency of the server, of each model and of each client: who is let in, who is refused, and what is said.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LimitOptions, ScopeLimits } from '../../../../server/limits/limit-options.ts';
import { RequestLimits, type Admission } from '../../../../server/limits/request-limits.ts';

const none: ScopeLimits = { total: 0, perModel: 0, perClient: 0 };
const models = new Set(['m', 'n']);

function limitsOf(options: Partial<LimitOptions>): RequestLimits {
  const limits = RequestLimits.from({ perSecond: none, burst: 0, concurrent: none, ...options }, (name) =>
    models.has(name),
  );
  assert.ok(limits);
  return limits;
}

function admitted(admission: Admission): (now: number) => void {
  assert.equal(admission.kind, 'admitted');
  return admission.leave;
}

function refused(admission: Admission): { limit: string; code: string; message: string; wait?: number } {
  assert.equal(admission.kind, 'refused');
  const { limit, error } = admission;
  const { code, message, retryAfterMs } = error;
  return { limit, code, message, ...(retryAfterMs === undefined ? {} : { wait: retryAfterMs }) };
}

describe('limits', () => {
  it('are none where none is set', () => {
    assert.equal(
      RequestLimits.from({ perSecond: none, burst: 5, concurrent: none }, () => true),
      undefined,
    );
  });

  it('of the rate name the option, its figure and when the next one is let in', () => {
    const limits = limitsOf({ perSecond: { total: 4, perModel: 0, perClient: 0 }, burst: 2 });
    admitted(limits.admit(() => 'm', 'a', 1000));
    admitted(limits.admit(() => 'n', 'b', 1000));
    assert.deepEqual(refused(limits.admit(() => 'unknown', 'c', 1100)), {
      limit: 'max_requests_per_second',
      code: 'RATE_LIMITED',
      message: 'Too many requests: 4 a second are taken (--max_requests_per_second=4).',
      wait: 150,
    });
    admitted(limits.admit(() => 'm', 'c', 1250));
  });

  it('of a model and of a client count each by itself', () => {
    const limits = limitsOf({ perSecond: { total: 0, perModel: 2, perClient: 1 }, burst: 1 });
    admitted(limits.admit(() => 'm', 'a', 0));
    assert.deepEqual(refused(limits.admit(() => 'n', 'a', 0)), {
      limit: 'max_requests_per_second_per_client',
      code: 'RATE_LIMITED',
      message:
        'Too many requests from this client: 1 a second are taken (--max_requests_per_second_per_client=1).',
      wait: 1000,
    });
    assert.deepEqual(refused(limits.admit(() => 'm', 'b', 0)), {
      limit: 'max_requests_per_second_per_model',
      code: 'RATE_LIMITED',
      message:
        'Too many requests for the model "m": 2 a second are taken (--max_requests_per_second_per_model=2).',
      wait: 500,
    });
    admitted(limits.admit(() => 'n', 'b', 0));
  });

  it('of several that are reached tell the one that lasts longest', () => {
    const limits = limitsOf({ perSecond: { total: 10, perModel: 1, perClient: 5 }, burst: 1 });
    admitted(limits.admit(() => 'm', 'a', 0));
    const { limit, wait } = refused(limits.admit(() => 'm', 'a', 0));
    assert.deepEqual([limit, wait], ['max_requests_per_second_per_model', 1000]);
    admitted(limits.admit(() => 'm', 'a', 1000));
  });

  it('count a refused request with none of them', () => {
    const limits = limitsOf({ perSecond: { total: 2, perModel: 0, perClient: 1 }, burst: 0 });
    admitted(limits.admit(() => 'm', 'a', 0));
    for (let i = 0; i < 100; i++) {
      refused(limits.admit(() => 'm', 'a', 0));
    }
    admitted(limits.admit(() => 'm', 'b', 0));
    assert.equal(refused(limits.admit(() => 'm', 'c', 0)).limit, 'max_requests_per_second');
  });

  it('of concurrency hold until requests leave, and then know how long these took', () => {
    const limits = limitsOf({ concurrent: { total: 2, perModel: 0, perClient: 0 } });
    const [first, second] = [limits.admit(() => 'm', 'a', 0), limits.admit(() => 'm', 'b', 0)].map(admitted);
    assert.deepEqual(refused(limits.admit(() => 'm', 'c', 10)), {
      limit: 'max_concurrent_requests',
      code: 'CONCURRENCY_LIMITED',
      message: 'Too many requests at once: 2 are answered at a time (--max_concurrent_requests=2).',
    });
    first!(80);
    admitted(limits.admit(() => 'm', 'c', 80));
    assert.equal(refused(limits.admit(() => 'm', 'd', 80)).wait, 40);
    second!(160);
    admitted(limits.admit(() => 'm', 'd', 160));
    // The mean of 80 and 160, the later one counting an eighth.
    assert.equal(refused(limits.admit(() => 'm', 'e', 160)).wait, 45);
  });

  it('of concurrency are kept for each model and client too', () => {
    const limits = limitsOf({ concurrent: { total: 0, perModel: 2, perClient: 1 } });
    const leave = admitted(limits.admit(() => 'm', 'a', 0));
    assert.deepEqual(refused(limits.admit(() => 'n', 'a', 0)).limit, 'max_concurrent_requests_per_client');
    admitted(limits.admit(() => 'm', 'b', 0));
    assert.match(
      refused(limits.admit(() => 'm', 'c', 0)).message,
      /^Too many requests at once for the model "m": 2 are/,
    );
    leave(5);
    admitted(limits.admit(() => 'm', 'a', 5));
  });

  it('of a model do not hold for names that no model has, nor keep them', () => {
    let asked = 0;
    const limits = RequestLimits.from(
      { perSecond: { ...none, perModel: 1 }, burst: 1, concurrent: none },
      (name) => {
        asked++;
        return models.has(name);
      },
    )!;
    for (let i = 0; i < 3; i++) {
      admitted(limits.admit(() => 'made up', 'a', 0));
    }
    admitted(limits.admit(() => 'm', 'a', 0));
    for (let i = 0; i < 20; i++) {
      refused(limits.admit(() => 'm', 'a', 0));
    }
    assert.equal(asked, 4, 'a known model is not asked for again');
  });

  it('count what is let in and not what is asked, under a load above all of them', () => {
    const limits = limitsOf({
      perSecond: { total: 100, perModel: 60, perClient: 30 },
      burst: 1,
      concurrent: { total: 3, perModel: 0, perClient: 0 },
    });
    const leaving: { at: number; leave: (now: number) => void }[] = [];
    const counts = new Map<string, number>();
    for (let now = 0; now < 10_000; now++) {
      for (const { leave } of leaving.filter(({ at }) => at === now)) {
        leave(now);
      }
      const model = now % 2 === 0 ? 'm' : 'n';
      const client = `client ${now % 5}`;
      const admission = limits.admit(() => model, client, now);
      if (admission.kind === 'admitted') {
        leaving.push({ at: now + 20, leave: admission.leave });
        counts.set(model, (counts.get(model) ?? 0) + 1);
        counts.set(client, (counts.get(client) ?? 0) + 1);
      }
    }
    const total = (counts.get('m') ?? 0) + (counts.get('n') ?? 0);
    assert.ok(total <= 1001 && total > 900, `${total}`);
    for (const [name, count] of counts) {
      assert.ok(count <= (models.has(name) ? 601 : 301), `${name}: ${count}`);
    }
  });
});
