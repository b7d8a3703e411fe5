// What kind of machine this is, as far as it matters to who can reach it.
import { existsSync, readFileSync } from 'node:fs';
import type { Surroundings } from './exposure.ts';

/** Looks at the marks that container engines, Kubernetes and WSL leave. */
export function readSurroundings(env: Readonly<Record<string, string | undefined>>): Surroundings {
  return {
    isContainer:
      existsSync('/.dockerenv') ||
      existsSync('/run/.containerenv') ||
      env.KUBERNETES_SERVICE_HOST !== undefined ||
      // systemd's convention, which LXC and Podman keep as well.
      env.container !== undefined,
    isWsl: env.WSL_DISTRO_NAME !== undefined || /microsoft/i.test(kernelText()),
  };
}

function kernelText(): string {
  try {
    return readFileSync('/proc/version', 'utf8');
  } catch {
    return '';
  }
}
