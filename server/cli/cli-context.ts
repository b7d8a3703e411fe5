// What the commands of the command line work with, and how they end.
import type { Environment } from '../discovery-files.ts';
import type { convertOffline } from '../offline-conversion.ts';

/** The world around a command. */
export interface CliContext {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** All that comes from stdin. */
  readonly readStdin: () => Promise<Uint8Array>;
  /** Absolute; paths are relative to it. */
  readonly cwd: string;
  readonly env: Environment;
  /** Who runs the command, for the event log. */
  readonly userName: string;
  /** Whether `write` goes to a terminal: what is watched is drawn in place there. */
  readonly isTerminal: boolean;
  /** Whether that terminal shows colours. */
  readonly inColour: boolean;
  /** Cancels; it is how --watch and --follow end. */
  readonly signal: AbortSignal;
  /** Loads what converts models, which no other command needs. */
  readonly loadConverter: () => Promise<{ readonly convertOffline: typeof convertOffline }>;
}

/** The exit codes of every command but `health`, whose are grpc_health_probe's. */
export const exitCode = { ok: 0, failed: 1, misuse: 2, unreachable: 3 } as const;

/** Wrong arguments. */
export class MisuseError extends Error {}

/** The daemon refused, or what was asked for failed. */
export class RefusedError extends Error {
  /** The gRPC status: `NOT_FOUND`, `ABORTED` … */
  readonly status: string;

  constructor(status: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** There is no daemon to speak to. */
export class UnreachableError extends Error {}
