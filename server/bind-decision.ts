// Where the server listens, whether it may, and what is said of it: flags, environment and config file put together.
import { isIP } from 'node:net';
import os from 'node:os';
import { PerchError } from './errors.ts';
import type { Logger } from './log.ts';
import type { BindAddresses } from './net/bind-addresses.ts';
import {
  checkExposure,
  exposureOf,
  isReachable,
  type BoundListener,
  type ListenerExposure,
} from './net/exposure.ts';
import type { Listener } from './net/grpc-listener.ts';
import { readSurroundings } from './net/machine-kind.ts';
import type { TlsConfig } from './net/tls-config.ts';
import { addressVariable } from './options/bind-options.ts';
import type { ServeOptions } from './options/serve-options.ts';

/** What was decided. */
export interface BindDecision {
  readonly bind: Required<BindAddresses>;
  /** Whether other machines can reach a listener. */
  readonly isReachable: boolean;
  /** What is to be known of listeners that are open. */
  exposure(grpc: Listener, rest: Listener | undefined): ListenerExposure[];
}

/**
 * The flag wins, then the environment, then `inConfig`, the address that users write into a model of the configuration.
 * Throws CONFIG_INVALID for an address that is none, and BIND_UNPROTECTED.
 */
export function decideBind(
  options: ServeOptions,
  inConfig: string | undefined,
  tls: TlsConfig | undefined,
  log: Logger,
): BindDecision {
  const { bind, saidBy } = chooseAddresses(options, inConfig, log);
  const needsToken = options.requirePredictToken;
  const grpcTls = tlsKind(tls);
  const restTls = options.restSsl ? grpcTls : 'none';
  const bindAddresses = [bind.bindAddress, ...bind.moreAddresses.map(({ address }) => address)];
  const listeners: BoundListener[] = [
    ...(options.grpcPort === undefined
      ? []
      : [{ name: 'gRPC' as const, bindAddresses, tls: grpcTls, needsToken }]),
    ...(options.restPort === undefined
      ? []
      : [{ name: 'REST' as const, bindAddresses, tls: restTls, needsToken }]),
  ];
  checkExposure({ listeners, saidBy, isInsecureAllowed: options.insecureBind });
  return {
    bind,
    isReachable: isReachable(listeners),
    exposure: (grpc, rest) => {
      const surroundings = readSurroundings(process.env);
      return listeners
        .map((listener) => ({ listener, open: listener.name === 'gRPC' ? grpc : rest }))
        .map(({ listener, open }) =>
          exposureOf(
            { ...listener, bindAddresses: (open?.addresses ?? []).map(hostOf) },
            os.networkInterfaces(),
            surroundings,
          ),
        );
    },
  };
}

/** Tells the log who can reach the listeners, and at what risk. */
export function tellExposure(exposures: readonly ListenerExposure[], log: Logger): void {
  for (const { text, audience, risk } of exposures) {
    const isRisky = risk === 'open' || risk === 'partial';
    log[isRisky ? 'warning' : 'info'](text, { audience, risk });
  }
}

interface Choice {
  readonly bind: Required<BindAddresses>;
  readonly saidBy: string;
}

function chooseAddresses({ bind }: ServeOptions, inConfig: string | undefined, log: Logger): Choice {
  const { bindAddressFrom } = bind;
  const saidBy = bindAddressFrom === 'environment' ? addressVariable : 'The bind address';
  if (inConfig === undefined) {
    return { bind, saidBy };
  }
  if (isIP(inConfig) === 0) {
    throw new PerchError(
      'CONFIG_INVALID',
      `The address in the model config is no IP address: "${inConfig}".`,
    );
  }
  const counts = bindAddressFrom === 'default';
  log.warning(
    counts
      ? 'the address in the model config is the bind address; TensorFlow Serving itself has no such field'
      : `the address in the model config has no effect: the ${bindAddressFrom} says another`,
    { address: inConfig },
  );
  return counts
    ? { bind: { bindAddress: inConfig, moreAddresses: [] }, saidBy: 'The address in the model config' }
    : { bind, saidBy };
}

function tlsKind(tls: TlsConfig | undefined): BoundListener['tls'] {
  if (tls === undefined) {
    return 'none';
  }
  return tls.clientAuthorities === undefined ? 'server' : 'mutual';
}

/** The host of `host:port`, without the brackets of IPv6. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
}
