// Facts of a connection for tests: defaults, but for what a test tells.
import {
  defaultClient,
  defaultServer,
  type ClientFacts,
  type ConnectionFacts,
  type PathFacts,
  type ServerFacts,
  type TrafficFacts,
} from '../../../../../server/doctor/keepalive/connection-facts.ts';

/** What a test tells of a connection. */
export interface Told {
  readonly client?: Partial<ClientFacts>;
  readonly server?: Partial<ServerFacts>;
  readonly path?: Partial<PathFacts>;
  readonly traffic?: Partial<TrafficFacts>;
}

/** The whole of it: a grpc-js client, a C-core server, nothing between, no traffic, where nothing else is told. */
export const facts = ({ client, server, path, traffic }: Told): ConnectionFacts => ({
  client: { ...defaultClient(client?.implementation ?? 'js'), ...client },
  server: { ...defaultServer(server?.implementation ?? 'core'), ...server },
  path: { rttMs: 0, middleboxIdleMs: Infinity, middlebox: '', terminates: false, ...path },
  traffic: { activeStream: false, serverDataEveryMs: Infinity, callEveryMs: Infinity, ...traffic },
});
