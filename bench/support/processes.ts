// Memory and processor time of processes, as /proc tells them; NaN or none where there is no /proc.
import { readFile } from 'node:fs/promises';

/** Clock ticks of /proc per second: USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** The processes that a process started. */
export async function childrenOf(pid: number | undefined): Promise<number[]> {
  const file = `/proc/${pid ?? 0}/task/${pid ?? 0}/children`;
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Resident memory of a process, MiB. */
export function residentMiB(pid: number | undefined): Promise<number> {
  return statusMiB(pid, 'VmRSS');
}

/** Resident memory that is the process's own and no mapped file (Node's and ONNX Runtime's code), MiB. */
export function anonymousMiB(pid: number | undefined): Promise<number> {
  return statusMiB(pid, 'RssAnon');
}

async function statusMiB(pid: number | undefined, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid ?? 0}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}

/** Processor time that a process has used, seconds. */
export function cpuSeconds(pid: number | undefined): Promise<number> {
  return statSeconds(`/proc/${pid ?? 0}/stat`);
}

/** Processor time by a `stat` file of /proc, seconds: that of a process, or of one of its threads. */
export async function statSeconds(file: string): Promise<number> {
  const stat = await readFile(file, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
