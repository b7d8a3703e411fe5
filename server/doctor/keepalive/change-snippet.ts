// Changes of settings as a piece of code or a command line that can be pasted: all those of one side in one piece.
import type { ClientImplementation, ServerImplementation } from './connection-facts.ts';
import {
  channelArguments,
  macros,
  optionsOf,
  tritonClientOptions,
  tritonServerFlags,
  type KeepaliveOption,
} from './keepalive-options.ts';
import { goDuration, goServerStruct, javaTime } from './option-code.ts';
import type { Change, Proposal } from './smallest-change.ts';

/**
 * The changes of a side; empty where it has none. `implementation`: of that side. `name`: one of clientNames or serverNames,
 * which tell C-core's languages and servers apart; any other is as its users mostly write it.
 */
export function changeSnippet(
  proposal: Proposal,
  side: Change['side'],
  implementation: ClientImplementation | ServerImplementation,
  name: string,
): string {
  const changes = proposal.filter((change) => change.side === side);
  if (changes.length === 0) {
    return '';
  }
  switch (implementation) {
    case 'perch':
      return channelArgumentsFlag(changes);
    case 'core':
      return coreSnippet(changes, side, name);
    case 'js':
      return block(
        side === 'client' ? 'const channelOptions = {' : 'const serverOptions = {',
        changes.map(({ option, to }) => `'${option}': ${integer(to)},`),
        '};',
      );
    case 'go':
      return goSnippet(changes, side);
    case 'java':
      return changes.map(javaCall).join('\n');
    case 'dotnet':
      return block(
        'var handler = new SocketsHttpHandler\n{',
        changes.map(({ option, to }) =>
          typeof to === 'number'
            ? `${option} = ${to === Infinity ? 'Timeout.InfiniteTimeSpan' : `TimeSpan.FromMilliseconds(${to})`},`
            : `${option} = HttpKeepAlivePingPolicy.${to ? 'Always' : 'WithActiveRequests'},`,
        ),
        '};',
      );
  }
}

function coreSnippet(changes: readonly Change[], side: Change['side'], name: string): string {
  switch (name) {
    case 'tf-serving':
      return channelArgumentsFlag(changes);
    case 'triton':
      return changes
        .map((change) => `${spelling(change, tritonServerFlags)}=${integer(change.to)}`)
        .join(' ');
    case 'tritonclient':
      return block(
        'keepalive_options = grpcclient.KeepAliveOptions(',
        changes.map((change) => `${spelling(change, tritonClientOptions)}=${pythonValue(change.to)},`),
        ')',
      );
    case 'cpp':
      return changes
        .map(({ option, to }) =>
          side === 'client'
            ? `args.SetInt(${macroOf(option)}, ${integer(to)});`
            : `builder.AddChannelArgument(${macroOf(option)}, ${integer(to)});`,
        )
        .join('\n');
    default:
      return block(
        'options = [',
        changes.map(({ option, to }) => `("${option}", ${integer(to)}),`),
        ']',
      );
  }
}

function goSnippet(changes: readonly Change[], side: Change['side']): string {
  const structs = new Map<string, string[]>();
  for (const { option, to } of changes) {
    const field = optionsOf('go').find((known) => known.name === option)?.field ?? 'nothing';
    const struct = side === 'client' ? 'ClientParameters' : goServerStruct(field);
    const value = typeof to === 'number' ? goDuration(to) : String(to);
    structs.set(struct, [...(structs.get(struct) ?? []), `${option}: ${value},`]);
  }
  return [...structs]
    .map(([struct, lines]) => block(`grpc.${goFunction(struct)}(keepalive.${struct}{`, lines, '})'))
    .join('\n');
}

function goFunction(struct: string): string {
  switch (struct) {
    case 'ClientParameters':
      return 'WithKeepaliveParams';
    case 'EnforcementPolicy':
      return 'KeepaliveEnforcementPolicy';
    default:
      return 'KeepaliveParams';
  }
}

function javaCall({ option, to }: Change): string {
  return `.${option}(${typeof to === 'number' ? javaTime(to) : String(to)})`;
}

function channelArgumentsFlag(changes: readonly Change[]): string {
  return `--grpc_channel_arguments=${changes.map(({ option, to }) => `${option}=${integer(to)}`).join(',')}`;
}

/** The name that other tools have for a channel argument; the argument's own where they have none. */
function spelling({ option, side }: Change, tool: readonly KeepaliveOption[]): string {
  const field = channelArguments.find(
    (known) => known.name === option && (known.side === 'both' || known.side === side),
  )?.field;
  return tool.find((known) => known.field === field)?.name ?? option;
}

function macroOf(argument: string): string {
  return [...macros].find(([, name]) => name === argument)?.[0] ?? `"${argument}"`;
}

/** gRPC's greatest integer stands for "never". */
function integer(value: number | boolean): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value === Infinity ? 2 ** 31 - 1 : value);
}

function pythonValue(value: number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : integer(value);
}

function block(head: string, lines: readonly string[], foot: string): string {
  return [head, ...lines.map((line) => `    ${line}`), foot].join('\n');
}
