// The GPUs as the operating system tells of them, where there is no nvidia-smi. Of memory and load only Linux knows.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GpuFacts } from './gpu-facts.ts';

/** Runs a program and gives its stdout. */
type Run = (program: string, args: readonly string[]) => Promise<string>;

/** Asks the system of `platform`, by Node's name. Rejects with what its tool failed with. */
export async function systemGpus(platform: string, run: Run): Promise<readonly GpuFacts[]> {
  switch (platform) {
    case 'linux':
      return linuxGpus('/sys/class/drm');
    case 'darwin':
      return parseSystemProfiler(await run('system_profiler', ['-json', 'SPDisplaysDataType']));
    case 'win32':
      return parseVideoControllers(
        await run('powershell.exe', [
          '-NoProfile',
          '-NonInteractive',
          '-Command',
          'ConvertTo-Json @(Get-CimInstance Win32_VideoController | Select-Object Name, DriverVersion)',
        ]),
      );
    default:
      return [];
  }
}

/** PCI vendors of GPUs; others (the displays of virtual machines) compute nothing. */
const vendors = new Map([
  ['0x1002', 'AMD'],
  ['0x10de', 'NVIDIA'],
  ['0x8086', 'Intel'],
]);

/**
 * The kernel's graphics cards. Memory and load are files of the amdgpu driver (kernel.org, "GPU amdgpu: Misc information");
 * other drivers have none. The name is the vendor and the PCI device, since the kernel knows no other.
 */
export async function linuxGpus(directory: string): Promise<readonly GpuFacts[]> {
  const cards = (await readdir(directory))
    .filter((name) => /^card\d+$/.test(name))
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  const gpus: GpuFacts[] = [];
  for (const card of cards) {
    const device = path.join(directory, card, 'device');
    const vendor = vendors.get((await readText(path.join(device, 'vendor'))) ?? '');
    if (vendor === undefined) {
      continue;
    }
    const [pciDevice, total, used, busy] = await Promise.all(
      ['device', 'mem_info_vram_total', 'mem_info_vram_used', 'gpu_busy_percent'].map((file) =>
        readText(path.join(device, file)),
      ),
    );
    gpus.push({
      index: gpus.length,
      name: `${vendor} GPU ${pciDevice ?? ''}`.trim(),
      ...(total === undefined ? {} : { memoryTotalBytes: Number(total) }),
      ...(used === undefined ? {} : { memoryUsedBytes: Number(used) }),
      ...(busy === undefined ? {} : { utilizationPercent: Number(busy) }),
    });
  }
  return gpus;
}

/** Undefined where the file cannot be read. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

/** `system_profiler -json SPDisplaysDataType`: an object with a list of that name. Throws where it is no JSON. */
export function parseSystemProfiler(text: string): readonly GpuFacts[] {
  const { SPDisplaysDataType: list } = JSON.parse(text) as { readonly SPDisplaysDataType?: unknown };
  return namedGpus(list, 'sppci_model');
}

/** A JSON list of Win32_VideoController with Name and DriverVersion. Throws where it is no JSON. */
export function parseVideoControllers(text: string): readonly GpuFacts[] {
  return namedGpus(JSON.parse(text), 'Name', 'DriverVersion');
}

function namedGpus(list: unknown, nameField: string, driverField?: string): readonly GpuFacts[] {
  const entries = Array.isArray(list) ? (list as readonly unknown[]) : [];
  const texts = entries.flatMap((entry): { name: string; driver: string | undefined }[] => {
    if (typeof entry !== 'object' || entry === null) {
      return [];
    }
    const fields = new Map<string, unknown>(Object.entries(entry));
    const name = fields.get(nameField);
    const driver = driverField === undefined ? undefined : fields.get(driverField);
    return typeof name === 'string'
      ? [{ name, driver: typeof driver === 'string' ? driver : undefined }]
      : [];
  });
  return texts.map(({ name, driver }, index) => ({
    index,
    name,
    ...(driver === undefined ? {} : { driverVersion: driver }),
  }));
}
