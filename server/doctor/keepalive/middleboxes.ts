// Things between client and server that forget idle connections, and when (reference connections §1.5, "Idle timers to know").

/** One of them. */
export interface Middlebox {
  readonly name: string;
  /** Its usual time; many can be set. */
  readonly idleMs: number;
  /** It speaks HTTP/2 itself, so that its ping policy counts and not the server's. */
  readonly terminates: boolean;
}

const minute = 60_000;

/** By the names that the command line and the panel know them by. */
export const middleboxes: ReadonlyMap<string, Middlebox> = new Map([
  ['aws-nlb', { name: 'AWS Network Load Balancer', idleMs: 350_000, terminates: false }],
  ['aws-alb', { name: 'AWS Application Load Balancer', idleMs: minute, terminates: true }],
  ['azure-lb', { name: 'Azure Load Balancer', idleMs: 4 * minute, terminates: false }],
  ['gcp-firewall', { name: 'Google Cloud firewall', idleMs: 10 * minute, terminates: false }],
  ['nginx', { name: 'nginx (grpc_read_timeout)', idleMs: minute, terminates: true }],
  ['envoy', { name: 'Envoy (stream idle time-out)', idleMs: 5 * minute, terminates: true }],
  ['docker-nat', { name: 'Docker or Windows NAT', idleMs: 4 * minute, terminates: false }],
  ['home-nat', { name: 'VPN or home NAT', idleMs: 2 * minute, terminates: false }],
]);

/** Those whose time fits a silence that a reset ended: within a tenth, at least a second. */
export function middleboxesFor(silentMs: number): Middlebox[] {
  return [...middleboxes.values()].filter(
    ({ idleMs }) => Math.abs(silentMs - idleMs) <= Math.max(1000, idleMs / 10),
  );
}
