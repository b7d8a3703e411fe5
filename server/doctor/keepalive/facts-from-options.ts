// The facts of a side, from the options that were found in its code.
import type { ClientFacts, ServerFacts } from './connection-facts.ts';
import type { PastedOption, PastedOptions } from './pasted-options.ts';

/** `client` with what the options set; those of the other side and of no effect change nothing. */
export function withClientOptions(client: ClientFacts, { options, language }: PastedOptions): ClientFacts {
  let facts = client;
  for (const pasted of options) {
    const { option } = pasted;
    if (option === undefined || option.side === 'server') {
      continue;
    }
    switch (option.field) {
      case 'keepaliveMs':
      case 'timeoutMs':
      case 'maxPingsWithoutData':
        facts = { ...facts, [option.field]: numberOf(pasted) ?? facts[option.field] };
        break;
      case 'permitWithoutCalls':
        facts = { ...facts, permitWithoutCalls: isOn(pasted, language === 'js') ?? facts.permitWithoutCalls };
        break;
      case 'minPingIntervalMs':
      case 'maxPingStrikes':
      case 'idleMs':
      case 'ageMs':
      case 'graceMs':
      case 'nothing':
        break;
    }
  }
  return facts;
}

/** `server` with what the options set. */
export function withServerOptions(server: ServerFacts, { options, language }: PastedOptions): ServerFacts {
  let facts = server;
  for (const pasted of options) {
    const { option } = pasted;
    if (option === undefined || option.side === 'client') {
      continue;
    }
    switch (option.field) {
      case 'keepaliveMs':
      case 'timeoutMs':
      case 'minPingIntervalMs':
      case 'maxPingStrikes':
      case 'idleMs':
      case 'ageMs':
      case 'graceMs':
        facts = { ...facts, [option.field]: numberOf(pasted) ?? facts[option.field] };
        break;
      case 'permitWithoutCalls':
        facts = { ...facts, permitWithoutCalls: isOn(pasted, language === 'js') ?? facts.permitWithoutCalls };
        break;
      case 'maxPingsWithoutData':
      case 'nothing':
        break;
    }
  }
  return facts;
}

/** gRPC's greatest integer stands for "never"; a string is not taken at all. */
function numberOf({ value, literal }: PastedOption): number | undefined {
  if (typeof value !== 'number' || literal === 'string' || Number.isNaN(value)) {
    return undefined;
  }
  return value >= 2 ** 31 - 1 ? Infinity : value;
}

function isOn({ value, literal }: PastedOption, onlyOne: boolean): boolean | undefined {
  if (value === undefined || literal === 'string') {
    return undefined;
  }
  if (onlyOne) {
    return value === 1;
  }
  return typeof value === 'boolean' ? value : value !== 0;
}
