// Who can reach the listeners, and at what risk: from the addresses that they are bound to and those of this machine.
import { BlockList, isIPv6 } from 'node:net';
import { PerchError } from '../errors.ts';
import { isLoopback, isWithin } from './address.ts';

/** Of `os.networkInterfaces()`: what is needed of it. */
export type Interfaces = Readonly<
  Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
>;

/** A listener's sockets, and what a client needs to be let in. */
export interface BoundListener {
  readonly name: 'gRPC' | 'REST';
  /** IP addresses. */
  readonly bindAddresses: readonly string[];
  /** `mutual`: clients need a certificate as well. */
  readonly tls: 'none' | 'server' | 'mutual';
  /** Whether predict calls need a token. */
  readonly needsToken: boolean;
}

/** What the machine is. */
export interface Surroundings {
  readonly isContainer: boolean;
  readonly isWsl: boolean;
}

/** Who is at the other end of an address, from the nearest to the farthest. */
export const audiences = ['machine', 'container', 'vpn', 'private', 'internet'] as const;
/**
 * `machine`: programs of this machine. `container`: containers and virtual machines on it as well. `vpn`: a virtual private
 * network. `private`: the local network. `internet`: an address that is routed everywhere, unless a firewall is before it.
 */
export type Audience = (typeof audiences)[number];

/** An address under which a listener is reached. */
export interface ReachableAddress {
  readonly address: string;
  /** Of the operating system; empty where the address is on none that is known. */
  readonly interfaceName: string;
  readonly audience: Audience;
}

/** What is to be known of a listener. */
export interface ListenerExposure {
  readonly name: BoundListener['name'];
  readonly reachable: readonly ReachableAddress[];
  /** The farthest. */
  readonly audience: Audience;
  /**
   * `none`: this machine only. `guarded`: encrypted, and clients must show a token or a certificate. `partial`: one of the
   * two is missing. `open`: both.
   */
  readonly risk: 'none' | 'guarded' | 'partial' | 'open';
  /** For people, one sentence or more. */
  readonly text: string;
}

const privateRanges = new BlockList();
// RFC 1918, RFC 4193.
privateRanges.addSubnet('10.0.0.0', 8, 'ipv4');
privateRanges.addSubnet('172.16.0.0', 12, 'ipv4');
privateRanges.addSubnet('192.168.0.0', 16, 'ipv4');
privateRanges.addSubnet('fc00::', 7, 'ipv6');
// Link-local: RFC 3927, RFC 4291 §2.5.6.
privateRanges.addSubnet('169.254.0.0', 16, 'ipv4');
privateRanges.addSubnet('fe80::', 10, 'ipv6');
// A provider's own network, and what Tailscale gives out: RFC 6598.
privateRanges.addSubnet('100.64.0.0', 10, 'ipv4');

/** Bridges of Docker, Podman, LXC and Kubernetes; of libvirt, VMware, VirtualBox, Hyper-V and WSL. */
const containerInterface =
  /^(?:docker|br-[0-9a-f]{12}$|veth|cni|flannel|cali|podman|nerdctl|lxcbr|lxdbr|virbr|vmnet|vboxnet|VMware|VirtualBox|vEthernet)/i;
const vpnInterface = /^(?:tun|tap|wg|utun|ppp|ipsec|zt|tailscale)/i;

/** What is to be known of `listener`. */
export function exposureOf(
  listener: BoundListener,
  interfaces: Interfaces,
  surroundings: Surroundings,
): ListenerExposure {
  const { name } = listener;
  const reachable = listener.bindAddresses
    .flatMap((address) => reachedBy(address, interfaces))
    .filter(({ address }, index, all) => all.findIndex((one) => one.address === address) === index);
  const audience = farthest(reachable);
  const risk = riskOf(listener, audience);
  return { name, reachable, audience, risk, text: describe(listener, reachable, surroundings) };
}

/** Whether any of the listeners can be reached from beyond this machine. */
export function isReachable(listeners: readonly BoundListener[]): boolean {
  return listeners.some(({ bindAddresses }) => !bindAddresses.every(isLoopback));
}

/** Why the addresses are what they are: `--bind_address`, `TF_SERVING_ADDRESS` …. */
export interface BindDecision {
  readonly listeners: readonly BoundListener[];
  readonly saidBy: string;
  /** --insecure_bind. */
  readonly isInsecureAllowed: boolean;
}

/** Throws BIND_UNPROTECTED where others than this machine could call a listener in clear and without a token. */
export function checkExposure({ listeners, saidBy, isInsecureAllowed }: BindDecision): void {
  const open = listeners.filter(
    (listener) => isReachable([listener]) && listener.tls === 'none' && !listener.needsToken,
  );
  const [first] = open;
  if (first === undefined || isInsecureAllowed) {
    return;
  }
  const names = open.map(({ name }) => name).join(' and ');
  const addresses = first.bindAddresses.filter((address) => !isLoopback(address)).join(' and ');
  const tlsFlags = [
    '--ssl_config_file=<file>',
    ...(open.some(({ name }) => name === 'REST') ? ['--rest_ssl'] : []),
  ].join(' ');
  throw new PerchError(
    'BIND_UNPROTECTED',
    `${saidBy} makes ${names} reachable from other machines at ${addresses}, in clear and for everybody. Choose one: TLS (${tlsFlags}; "perch tls init" writes such a file for trials); a token for every call (--require_predict_token, with --token_file=<file> or PERCH_TOKEN); or --insecure_bind, which takes the risk.`,
  );
}

function reachedBy(bindAddress: string, interfaces: Interfaces): ReachableAddress[] {
  const all = Object.entries(interfaces).flatMap(([interfaceName, addresses = []]) =>
    addresses.map(({ address }) => ({
      address,
      interfaceName,
      audience: audienceOf(address, interfaceName),
    })),
  );
  if (isAny(bindAddress)) {
    // `::` takes IPv4 as well, or 0.0.0.0 stands beside it.
    return all.filter(({ address }) => isIPv6(bindAddress) || !isIPv6(address));
  }
  const known = all.find(({ address }) => address === bindAddress);
  return [known ?? { address: bindAddress, interfaceName: '', audience: audienceOf(bindAddress, '') }];
}

/** Whether an address stands for all of a machine's, in any spelling. */
function isAny(address: string): boolean {
  return /^(?:0\.0\.0\.0|[0:]+)$/.test(address);
}

function audienceOf(address: string, interfaceName: string): Audience {
  if (isLoopback(address)) {
    return 'machine';
  }
  if (containerInterface.test(interfaceName)) {
    return 'container';
  }
  if (vpnInterface.test(interfaceName)) {
    return 'vpn';
  }
  return isWithin(privateRanges, address) ? 'private' : 'internet';
}

function farthest(reachable: readonly ReachableAddress[]): Audience {
  return audiences.findLast((audience) => reachable.some((one) => one.audience === audience)) ?? 'machine';
}

function riskOf({ tls, needsToken }: BoundListener, audience: Audience): ListenerExposure['risk'] {
  if (audience === 'machine') {
    return 'none';
  }
  const isEncrypted = tls !== 'none';
  const isSelective = needsToken || tls === 'mutual';
  if (isEncrypted && isSelective) {
    return 'guarded';
  }
  return isEncrypted || isSelective ? 'partial' : 'open';
}

const audienceTexts: Readonly<Record<Audience, string>> = {
  machine: 'programs of this machine',
  container: 'containers and virtual machines on this machine',
  vpn: 'a virtual private network',
  private: 'the local network',
  internet: 'the Internet, unless a firewall keeps it out',
};

function describe(
  listener: BoundListener,
  reachable: readonly ReachableAddress[],
  surroundings: Surroundings,
): string {
  const present = audiences.filter((audience) => reachable.some((one) => one.audience === audience));
  const from = present.map((audience) => {
    const at = reachable
      .filter((one) => one.audience === audience)
      .map(({ address, interfaceName }) =>
        interfaceName === '' ? address : `${address} on ${interfaceName}`,
      );
    return `${audienceTexts[audience]} (${at.join(', ')})`;
  });
  const sentences = [`${listener.name} can be reached by ${from.join('; ')}.`];
  if (present.some((audience) => audience !== 'machine')) {
    sentences.push(...riskTexts(listener));
  }
  return [...sentences, ...hints(present, surroundings)].join(' ');
}

function riskTexts({ tls, needsToken }: BoundListener): string[] {
  const who =
    needsToken && tls === 'mutual'
      ? 'Whoever has a certificate and a token may call it.'
      : needsToken
        ? 'Whoever has a token may call it.'
        : tls === 'mutual'
          ? 'Whoever has a certificate may call it.'
          : 'Whoever reaches it may use the models.';
  if (tls !== 'none') {
    return [who];
  }
  return [
    who,
    needsToken
      ? 'Nothing is encrypted: on the way, requests and tokens can be read, and tokens be used by who reads them.'
      : 'Nothing is encrypted.',
  ];
}

/** What addresses alone do not show. */
function hints(present: readonly Audience[], { isContainer, isWsl }: Surroundings): string[] {
  const isLocal = !present.some((audience) => audience !== 'machine');
  if (isContainer) {
    return [
      isLocal
        ? 'This is a container: ports that are published from it lead nowhere while it listens on loopback only.'
        : 'This is a container: beyond its own network it is reached where its ports are published.',
    ];
  }
  return isWsl
    ? [
        isLocal
          ? 'This is WSL: Windows itself reaches it as localhost.'
          : 'This is WSL: other machines reach it only where Windows forwards the port, or with mirrored networking.',
      ]
    : [];
}
