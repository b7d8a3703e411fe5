// Rules for sequence_batching, in Triton's words (triton.md §2.4, R15 to R23). Pure.
import { preferredSizes } from './dynamic-batching-rules.ts';
import type { RuledModel } from './model-rule.ts';
import { removeFields, writeInstead } from './rule-fixes.ts';
import type { RuleMessage } from './rule-tree.ts';

const correlation = 'CONTROL_SEQUENCE_CORRID';

/** Controls that say yes or no. */
const booleanKinds: ReadonlySet<string> = new Set([
  'CONTROL_SEQUENCE_START',
  'CONTROL_SEQUENCE_READY',
  'CONTROL_SEQUENCE_END',
]);

const valueFields = ['int32_false_true', 'fp32_false_true', 'bool_false_true'] as const;
const anyValueField = "'int32_false_true', 'fp32_false_true' or 'bool_false_true'";

const correlationTypes: ReadonlySet<string> = new Set([
  'TYPE_UINT64',
  'TYPE_INT64',
  'TYPE_UINT32',
  'TYPE_INT32',
  'TYPE_STRING',
]);

/** R15 to R23. */
export function sequenceBatchingRules(model: RuledModel): void {
  const batching = model.root.message('sequence_batching');
  if (batching === undefined) {
    return;
  }
  controls(model, batching);
  const oldest = batching.message('oldest');
  if (oldest !== undefined) {
    preferredSizes(model, oldest, {
      positive: ['triton/sequence-size-positive', 'sequence batching preferred batch size must be positive'],
      limit: [
        'triton/sequence-size-limit',
        'sequence batching preferred batch size must be <= max batch size',
      ],
    });
  }
  const utilization = batching.message('direct')?.decimal('minimum_slot_utilization');
  if (utilization !== undefined && (utilization.value < 0 || utilization.value > 1)) {
    const message = `sequence batching minimum slot utilization must be in range (0.0, 1.0] for ${model.model}`;
    const fixes = writeInstead(utilization, utilization.value < 0 ? '0' : '1');
    model.tell('triton/slot-utilization', utilization.at, message, { fixes });
  }
}

/** R15 to R20. */
function controls(model: RuledModel, batching: RuleMessage): void {
  const { tell } = model;
  const tensors = new Set<string>();
  const kinds = new Set<string>();
  for (const input of batching.messages('control_input')) {
    const name = input.text('name');
    if (name?.value === '') {
      tell(
        'triton/control-name',
        name.at,
        `sequence batching control tensor must have a name for ${model.model}`,
      );
    } else if (name !== undefined) {
      if (tensors.has(name.value)) {
        const message = `sequence batching control tensor '${name.value}' is specified for multiple control kinds for ${model.model}`;
        tell('triton/control-tensor-twice', name.at, message);
      }
      tensors.add(name.value);
    }
    for (const control of input.messages('control')) {
      const kind = control.choice('kind');
      if (kind === undefined) {
        continue;
      }
      const isBoolean = booleanKinds.has(kind.value);
      if (kinds.has(kind.value) && (isBoolean || kind.value === correlation)) {
        const message = `sequence batching specifies multiple ${kind.value} tensors for ${model.model}`;
        tell('triton/control-kind-twice', kind.at, message);
      }
      kinds.add(kind.value);
      if (isBoolean) {
        booleanControl(model, control, kind.value);
      } else if (kind.value === correlation) {
        correlationControl(model, control);
      }
    }
  }
}

/** R18 and R19. */
function booleanControl({ model, tell }: RuledModel, control: RuleMessage, kind: string): void {
  const [first, second] = valueFields.filter((field) => control.count(field) > 0);
  if (first === undefined) {
    if (valueFields.every((field) => control.has(field) || control.lacks(field))) {
      const message = `sequence batching must specify either ${anyValueField} for ${kind} for ${model}`;
      tell('triton/control-values-missing', control.place, message);
    }
    return;
  }
  if (second !== undefined) {
    const message = `sequence batching specifies more than one from 'int32_false_true', 'fp32_false_true' and 'bool_false_true' for ${kind} for ${model}`;
    tell('triton/control-values-several', control.fields(second)[0]?.name ?? control.place, message);
    return;
  }
  if (control.count(first) !== 2) {
    const message = `sequence batching control '${first}' must have exactly 2 entries for ${kind} for ${model}`;
    tell('triton/control-values-count', control.fields(first)[0]?.name ?? control.place, message);
  }
}

/** R20. */
function correlationControl({ model, document, tell }: RuledModel, control: RuleMessage): void {
  const [wrong] = valueFields.filter((field) => control.count(field) > 0);
  if (wrong !== undefined) {
    const message = `sequence batching must not specify either ${anyValueField} for ${correlation} for ${model}`;
    const fields = valueFields.flatMap((field) => control.fields(field));
    const fixes = removeFields('Remove the values', document.text, fields);
    tell('triton/correlation-values', control.fields(wrong)[0]?.name ?? control.place, message, { fixes });
  }
  const type = control.choice('data_type');
  if (type !== undefined && !correlationTypes.has(type.value)) {
    const message = `unexpected data type for control ${correlation} for ${model}. Allowed data types are TYPE_UINT64, TYPE_INT64, TYPE_UINT32, TYPE_INT32 and TYPE_STRING`;
    tell('triton/correlation-type', type.at, message);
  }
}
