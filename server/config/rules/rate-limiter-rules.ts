// Rules for what instances must hold before they run, in Triton's words (triton.md §2.4). Pure.
import type { RuledModel } from './model-rule.ts';

/** A resource is that of the machine, or of each device. How much of it there is says the server's command line. */
export function rateLimiterRules({ root, tell }: RuledModel): void {
  const isGlobal = new Map<string, boolean>();
  for (const group of root.messages('instance_group')) {
    for (const resource of group.message('rate_limiter')?.messages('resources') ?? []) {
      const name = resource.text('name');
      const global = resource.flag('global');
      if (name === undefined || global === undefined) {
        continue;
      }
      if (isGlobal.get(name.value) === !global.value) {
        const message = `Resource "${name.value}" is present as both global and device-specific resource in the model configuration.`;
        tell('triton/resource-scope', global.written === undefined ? name.at : global.at, message);
      } else {
        isGlobal.set(name.value, global.value);
      }
    }
  }
}
