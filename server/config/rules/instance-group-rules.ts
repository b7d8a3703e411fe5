// Rules for instance groups, in Triton's words (triton.md §2.4), as far as they do not depend on the machine. Pure.
import type { Fix, Span } from '../../textproto/diagnostics.ts';
import { ensemblePlatform, tensorRtPlatform, type RuledModel } from './model-rule.ts';
import { removeFields, removeValue, writeInstead } from './rule-fixes.ts';
import type { RuleMessage } from './rule-tree.ts';
import type { TritonCode } from './triton-codes.ts';

const gpuKinds: ReadonlySet<string> = new Set(['KIND_AUTO', 'KIND_GPU']);
const otherKinds: ReadonlySet<string> = new Set(['KIND_CPU', 'KIND_MODEL']);

/** Everything about groups, each for itself. An ensemble has none, which is another rule's. */
export function instanceGroupRules(model: RuledModel): void {
  if (model.platform === ensemblePlatform) {
    return;
  }
  model.root.messages('instance_group').forEach((group, at) => {
    instanceGroup(model, group, at);
  });
}

function instanceGroup(model: RuledModel, group: RuleMessage, index: number): void {
  const { document } = model;
  const own = group.text('name')?.value ?? '';
  const called = `instance group ${own === '' ? `${model.model}_${index}` : own} of model ${model.model}`;
  const tell = (code: TritonCode, at: Span, words: string, fixes: readonly Fix[] = []): void => {
    model.tell(code, at, `${called} ${words}`, { fixes });
  };

  const kind = group.choice('kind');
  const gpus = group.integers('gpus');
  if (kind !== undefined && otherKinds.has(kind.value) && group.count('gpus') > 0) {
    const fixes = removeFields('Remove the GPUs', document.text, group.fields('gpus'));
    tell(
      'triton/instance-group-gpus',
      gpus.at,
      `has kind ${kind.value} but specifies one or more GPUs`,
      fixes,
    );
  } else if (kind !== undefined && !otherKinds.has(kind.value) && !gpuKinds.has(kind.value)) {
    // A number that is no kind: text format takes any.
    tell('triton/instance-group-kind', kind.at, `has unexpected kind ${kind.value}`);
  }
  for (const gpu of gpus.items) {
    if (gpu.value < 0n) {
      const fixes = removeValue('Remove it', document.text, gpu);
      tell(
        'triton/instance-group-gpu-id',
        gpu.at,
        `specifies invalid or unsupported gpu id ${gpu.value}`,
        fixes,
      );
    }
  }
  const profile = group.texts('profile');
  if (profile.items.length > 0 && model.platform !== tensorRtPlatform) {
    const platform = model.platform === '' ? 'onnxruntime_onnx' : model.platform;
    const fixes = removeFields('Remove the field', document.text, group.fields('profile'));
    // The missing space is Triton's.
    const words = `and platform ${platform}specifies profile field which is only supported for TensorRT models`;
    tell('triton/instance-group-profile', profile.at, words, fixes);
  }
  const count = group.integer('count');
  if (count !== undefined && count.value < 0n) {
    // Triton takes it for its default; these words are Perch's own.
    const words = `has count ${count.value}; it must be 1 or more, or 0 for the default`;
    tell('triton/instance-group-count', count.at, words, writeInstead(count, '1'));
  }
}
