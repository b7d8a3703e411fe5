// Where to listen, as flags and the environment have it.
import { isIP } from 'node:net';
import { PerchError } from '../errors.ts';
import type { BindAddresses } from '../net/bind-addresses.ts';
import type { FlagText } from './notices.ts';

/** Where to listen. */
export interface BindOptions extends Required<BindAddresses> {
  /** Who said so: a config file's address counts only where nobody did (`default`). */
  readonly bindAddressFrom: 'flag' | 'environment' | 'default';
}

/** The options, and lines for the log. */
export interface ReadBindOptions {
  readonly bind: BindOptions;
  readonly notices: readonly string[];
}

/** The variable that users set for the bind address; TensorFlow Serving knows no such variable. */
export const addressVariable = 'TF_SERVING_ADDRESS';

/** Where to listen; `isGiven`: --bind_address was, `variable`: the text of TF_SERVING_ADDRESS. Throws OPTION_INVALID. */
export function toBindOptions(isGiven: boolean, text: FlagText, variable: string): ReadBindOptions {
  const byFlag = text('bind_address');
  const overrules = (flag: string, isSame: boolean): string[] =>
    variable === '' || isSame ? [] : [`${addressVariable} has no effect: ${flag} is given.`];
  if (text('bind_all_interfaces') === 'true') {
    if (isGiven) {
      throw new PerchError(
        'OPTION_INVALID',
        'Give --bind_address or --bind_all_interfaces: they exclude each other.',
      );
    }
    return {
      bind: {
        bindAddress: '0.0.0.0',
        moreAddresses: [{ address: '::', optional: true }],
        bindAddressFrom: 'flag',
      },
      notices: overrules('--bind_all_interfaces', false),
    };
  }
  if (isGiven) {
    return {
      bind: { ...toAddresses('--bind_address', byFlag, false), bindAddressFrom: 'flag' },
      notices: overrules('--bind_address', variable === byFlag),
    };
  }
  if (variable !== '') {
    return {
      bind: { ...toAddresses(addressVariable, variable, false), bindAddressFrom: 'environment' },
      notices: [
        `${addressVariable} sets the bind address to ${variable}; TensorFlow Serving itself has no such variable.`,
      ],
    };
  }
  return {
    bind: { ...toAddresses('--bind_address', byFlag, true), bindAddressFrom: 'default' },
    notices: [],
  };
}

/** `source` says where `text` is from, for errors; `optional`: only the first is a must. */
function toAddresses(source: string, text: string, optional: boolean): Required<BindAddresses> {
  const addresses = [...new Set(text.split(',').map((address) => address.trim()))];
  for (const address of addresses) {
    if (isIP(address) === 0) {
      throw new PerchError(
        'OPTION_INVALID',
        `${source} takes an IP address such as 127.0.0.1, ::1 or 0.0.0.0, or several separated by commas, not "${text}".`,
      );
    }
  }
  const [bindAddress = '', ...more] = addresses;
  return { bindAddress, moreAddresses: more.map((address) => ({ address, optional })) };
}
