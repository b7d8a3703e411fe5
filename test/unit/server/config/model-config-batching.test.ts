// What config.pbtxt says of batching: Triton's rules R6 and R8 to R13, and the parameters that come out.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseModelConfig } from '../../../../server/config/model-config.ts';
import { printTextMessage } from '../../../../server/config/print-text-message.ts';
import {
  defaultBatchingParameters,
  type BatchingParameters,
  type QueuePolicy,
} from '../../../../server/engine/batching/batch-parameters.ts';
import { PerchError } from '../../../../server/errors.ts';

const batchingOf = (text: string): BatchingParameters | undefined =>
  parseModelConfig(text, 'm/config.pbtxt').batching;

/** What a config with this max_batch_size gives, and what differs from it. */
const batchesOf = (rows: number, more: Partial<BatchingParameters> = {}): BatchingParameters => ({
  ...defaultBatchingParameters,
  maxBatchSize: rows,
  maxExecutionBatchSize: rows,
  batchTimeoutMicros: 0,
  maxEnqueuedBatches: 1000,
  ...more,
});

const openPolicy = {
  timeoutAction: 'reject',
  defaultTimeoutMicros: 0,
  allowTimeoutOverride: false,
  maxQueueSize: 0,
} as const;

describe('batching that config.pbtxt does not speak of', () => {
  for (const text of [
    '',
    'max_batch_size: 0',
    'max_batch_size: 0 dynamic_batching { }',
    'max_batch_size: 8 sequence_batching { }',
    'max_batch_size: 8 ensemble_scheduling { }',
  ]) {
    it(`is left open: ${text}`, () => {
      assert.equal(batchingOf(text), undefined);
    });
  }
});

describe('batching that config.pbtxt speaks of', () => {
  const cases: readonly (readonly [string, BatchingParameters])[] = [
    ['max_batch_size: 8', batchesOf(8)],
    ['max_batch_size: 1', batchesOf(1)],
    ['max_batch_size: 1 dynamic_batching { }', batchesOf(1)],
    ['max_batch_size: 8 dynamic_batching { }', batchesOf(8)],
    [
      'max_batch_size: 8 dynamic_batching { max_queue_delay_microseconds: 100 preferred_batch_size: [ 4, 8 ] }',
      batchesOf(8, { batchTimeoutMicros: 100, preferredBatchSizes: [4, 8] }),
    ],
    [
      'max_batch_size: 8 dynamic_batching { preserve_ordering: true }',
      batchesOf(8, { preserveOrdering: true }),
    ],
    [
      'max_batch_size: 8 dynamic_batching { default_queue_policy { } }',
      batchesOf(8, { defaultQueuePolicy: openPolicy }),
    ],
    [
      `max_batch_size: 8 dynamic_batching {
        default_queue_policy {
          timeout_action: DELAY
          default_timeout_microseconds: 5000
          allow_timeout_override: true
          max_queue_size: 50
        }
      }`,
      batchesOf(8, {
        defaultQueuePolicy: {
          timeoutAction: 'delay',
          defaultTimeoutMicros: 5000,
          allowTimeoutOverride: true,
          maxQueueSize: 50,
        },
      }),
    ],
    [
      `max_batch_size: 8 dynamic_batching {
        priority_levels: 3
        default_priority_level: 2
        priority_queue_policy { key: 1 value { max_queue_size: 7 } }
        priority_queue_policy { key: 3 value { timeout_action: REJECT } }
      }`,
      batchesOf(8, {
        priorityLevels: 3,
        defaultPriorityLevel: 2,
        priorityQueuePolicies: new Map([
          [1, { ...openPolicy, maxQueueSize: 7 }],
          [3, openPolicy],
        ]),
      }),
    ],
    [
      'max_batch_size: 8 dynamic_batching { priority_levels: 2 default_priority_level: 1 }',
      batchesOf(8, { priorityLevels: 2, defaultPriorityLevel: 1 }),
    ],
    [
      'max_batch_size: 8 dynamic_batching { priority_queue_policy { key: 9 value { max_queue_size: 7 } } }',
      batchesOf(8),
    ],
  ];
  for (const [text, parameters] of cases) {
    it(`is taken: ${text.replace(/\s+/g, ' ')}`, () => {
      assert.deepEqual(batchingOf(text), parameters);
    });
  }

  it('queues no less than the queue policies allow', () => {
    const queueOf = (fields: string): number | undefined =>
      batchingOf(`max_batch_size: 2 dynamic_batching { ${fields} }`)?.maxEnqueuedBatches;
    assert.equal(queueOf('default_queue_policy { max_queue_size: 10 }'), 1000);
    assert.equal(queueOf('default_queue_policy { max_queue_size: 5000 }'), 5000);
    assert.equal(
      queueOf(`priority_levels: 3 default_priority_level: 1 default_queue_policy { max_queue_size: 5000 }
        priority_queue_policy { key: 2 value { max_queue_size: 1 } }`),
      10_001,
    );
  });
});

describe('batching that is refused, in Triton’s words', () => {
  const cases = [
    ['max_batch_size: -1', "'max_batch_size' must be non-negative value for m"],
    [
      'max_batch_size: 8 dynamic_batching { preferred_batch_size: [ 4, 0 ] }',
      'dynamic batching preferred size must be positive for m',
    ],
    [
      'max_batch_size: 8 dynamic_batching { preferred_batch_size: -4 }',
      'dynamic batching preferred size must be positive for m',
    ],
    [
      'max_batch_size: 8 dynamic_batching { preferred_batch_size: 9 }',
      'dynamic batching preferred size must be <= max batch size for m',
    ],
    [
      'dynamic_batching { preferred_batch_size: 1 }',
      'dynamic batching preferred size must be <= max batch size for m',
    ],
    ['dynamic_batching { priority_levels: 2 }', 'default priority level must be in range [1, 2] for m'],
    [
      'dynamic_batching { priority_levels: 2 default_priority_level: 3 }',
      'default priority level must be in range [1, 2] for m',
    ],
    [
      // Equal as doubles.
      'dynamic_batching { priority_levels: 18446744073709551614 default_priority_level: 18446744073709551615 }',
      'default priority level must be in range [1, 18446744073709551614] for m',
    ],
    [
      'dynamic_batching { priority_levels: 2 default_priority_level: 1 priority_queue_policy { key: 0 value { } } }',
      'priority queue policy must have priority level in range [1, 2] for m',
    ],
    [
      'dynamic_batching { priority_levels: 2 default_priority_level: 1 priority_queue_policy { key: 3 value { } } }',
      'priority queue policy must have priority level in range [1, 2] for m',
    ],
    [
      'dynamic_batching { priority_levels: 2 default_priority_level: 1 preserve_ordering: true }',
      "Only one priority level is allowed when 'preserve_ordering' is true for m",
    ],
    [
      'dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 1 } }',
      "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for m",
    ],
    [
      'dynamic_batching { preserve_ordering: true priority_queue_policy { key: 1 value { timeout_action: DELAY default_timeout_microseconds: 1 } } }',
      "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for m",
    ],
  ] as const;
  for (const [text, words] of cases) {
    it(text, () => {
      assert.throws(() => batchingOf(text), { code: 'CONFIG_INVALID', message: `config.pbtxt: ${words}` });
    });
  }

  it('but DELAY without a time-out never happens, and is taken', () => {
    const text =
      'dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: DELAY } }';
    assert.equal(batchingOf(`max_batch_size: 2 ${text}`)?.defaultQueuePolicy?.timeoutAction, 'delay');
  });
});

const policies = fc.record({
  timeoutAction: fc.constantFrom('REJECT' as const, 'DELAY' as const),
  defaultTimeoutMicroseconds: fc.nat(3),
  allowTimeoutOverride: fc.boolean(),
  maxQueueSize: fc.nat(3000),
});
const dynamicBatching = fc.record(
  {
    preferredBatchSize: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    maxQueueDelayMicroseconds: fc.nat(),
    preserveOrdering: fc.boolean(),
    priorityLevels: fc.nat(3),
    defaultPriorityLevel: fc.nat(4),
    defaultQueuePolicy: policies,
    priorityQueuePolicy: fc.dictionary(fc.constantFrom('0', '1', '2', '3', '4'), policies),
  },
  { requiredKeys: [] },
);

describe('any dynamic_batching', () => {
  it('is refused with CONFIG_INVALID, or gives parameters that a batcher can trust', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), dynamicBatching, (maxBatchSize, batching) => {
        const text = printTextMessage('inference.ModelConfig', { maxBatchSize, dynamicBatching: batching });
        let parameters: BatchingParameters | undefined;
        try {
          parameters = batchingOf(text);
        } catch (reason) {
          assert.ok(PerchError.is(reason, 'CONFIG_INVALID'));
          return;
        }
        taken += 1;
        assert.ok(parameters);
        const {
          priorityLevels = 0,
          priorityQueuePolicies = new Map<number, QueuePolicy>(),
          defaultQueuePolicy,
        } = parameters;
        assert.ok(parameters.preferredBatchSizes?.every((size) => size >= 1 && size <= maxBatchSize) ?? true);
        assert.equal(parameters.defaultPriorityLevel === undefined, priorityLevels === 0);
        for (const level of [
          ...priorityQueuePolicies.keys(),
          parameters.defaultPriorityLevel ?? priorityLevels,
        ]) {
          assert.ok(level >= Math.min(1, priorityLevels) && level <= priorityLevels);
        }
        for (const policy of [defaultQueuePolicy, ...priorityQueuePolicies.values()]) {
          assert.ok((policy?.maxQueueSize ?? 0) <= parameters.maxEnqueuedBatches);
          assert.ok(
            parameters.preserveOrdering !== true ||
              policy?.timeoutAction !== 'delay' ||
              policy.defaultTimeoutMicros === 0,
          );
        }
        assert.ok(parameters.preserveOrdering !== true || priorityLevels <= 1);
      }),
    );
    assert.ok(taken > 0);
  });
});
