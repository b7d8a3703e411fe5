// What the system tells of the load on it: processors and memory, of this process, of others and of the machine.
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** Time of all processors since the machine started, in any unit. */
export interface HostCpu {
  readonly busy: number;
  readonly total: number;
}

/** Another process. */
export interface ProcessUse {
  /** Resident. */
  readonly rssBytes: number;
  /** Time on processors since it started, milliseconds. */
  readonly cpuMs: number;
}

/** Everything that is measured. Each call must be cheap: together they come once a second. */
export interface ResourceProbes {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Milliseconds since the Unix epoch. */
  epochNow(): number;
  /** Of this process since it started: milliseconds. */
  processCpuMs(): number;
  hostCpu(): HostCpu;
  /** Of this process, resident. */
  rssBytes(): number;
  /** What the machine, or the container's limit, leaves to take. */
  memoryAvailableBytes(): number;
  /** What there is in all, for the machine or within the container's limit. */
  memoryTotalBytes(): number;
  /** How late a timer of this thread fired at most since it was last asked, milliseconds. */
  loopDelayMaxMs(): number;
  /** The share of the time since it was last asked that this thread did not wait, 0 to 1. */
  loopBusy(): number;
  /** Undefined where the system does not tell of it. */
  processUse(pid: number): ProcessUse | undefined;
  /** Measures no more. */
  stop(): void;
}

/**
 * As LoopDelay's: both then wake the process at the same moments, so that this one costs 0.00 to 0.04 % of a core, where
 * one of 100 ms costs 0.04 %. It is another one since a histogram that is emptied each second tells nothing of ten.
 */
const loopResolutionMs = 20;

/** The probes of this process on this system. */
export function systemProbes(): ResourceProbes {
  const loopDelay = monitorEventLoopDelay({ resolution: loopResolutionMs });
  loopDelay.enable();
  let lastUse = performance.eventLoopUtilization();
  return {
    now: () => performance.now(),
    epochNow: () => Date.now(),
    processCpuMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    hostCpu: process.platform === 'linux' ? linuxHostCpu : nodeHostCpu,
    rssBytes: () => process.memoryUsage.rss(),
    memoryAvailableBytes: () => process.availableMemory(),
    memoryTotalBytes: () => {
      // 0 or beyond all memory where there is no limit.
      const limit = process.constrainedMemory();
      return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
    },
    loopDelayMaxMs: () => {
      // What is recorded is the whole time between two looks.
      const longest = loopDelay.count === 0 ? 0 : loopDelay.max / 1e6 - loopResolutionMs;
      loopDelay.reset();
      return Math.max(0, longest);
    },
    loopBusy: () => {
      const use = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(use, lastUse);
      lastUse = use;
      return utilization;
    },
    processUse: process.platform === 'linux' ? linuxProcessUse : () => undefined,
    stop: () => void loopDelay.disable(),
  };
}

/**
 * The line `cpu` of /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal, and what guests
 * had, which is in user too. Time that the hypervisor took counts as busy: it was not to be had.
 */
export function parseProcStat(text: string): HostCpu {
  const times = text.slice(0, text.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number);
  const total = times.reduce((sum, time) => sum + time, 0);
  const [, , , idle = 0, ioWait = 0] = times;
  return { busy: total - idle - ioWait, total };
}

function linuxHostCpu(): HostCpu {
  return parseProcStat(readFileSync('/proc/stat', 'latin1'));
}

function nodeHostCpu(): HostCpu {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

/** Clock ticks of /proc, milliseconds: USER_HZ is 100 on every architecture that Node.js runs on (time(7)). */
const tickMs = 10;

/** `stat` and `status` of /proc/<pid> (proc_pid_stat(5)): the name, in parentheses, may hold anything. */
export function parseProcessUse(stat: string, status: string): ProcessUse {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Counted from 3 on: utime is 14, stime is 15.
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return { rssBytes: Number(kibibytes ?? 0) * 1024, cpuMs: ticks * tickMs };
}

function linuxProcessUse(pid: number): ProcessUse | undefined {
  try {
    const [stat, status] = ['stat', 'status'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'latin1'));
    return parseProcessUse(stat ?? '', status ?? '');
  } catch {
    // It has ended.
    return undefined;
  }
}
