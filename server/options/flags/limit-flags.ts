// The flags for how much the server takes on, and from whom.
import type { Flag } from '../flag.ts';

/** In the order of `--help`. */
export const limitFlags = [
  {
    name: 'max_requests_per_second',
    group: 'Limits',
    type: { kind: 'integer', min: 0, max: 1_000_000 },
    defaultText: '0',
    help: 'How many Predict, Classify, Regress and MultiInference requests are taken a second, over gRPC and REST, 0 to 1000000; 0: any number. Further ones are answered with RESOURCE_EXHAUSTED or 429, and told when to come again.',
  },
  {
    name: 'max_requests_per_second_per_model',
    group: 'Limits',
    type: { kind: 'integer', min: 0, max: 1_000_000 },
    defaultText: '0',
    help: 'The same for each model by itself: how many requests a second, 0 to 1000000; 0: any number.',
  },
  {
    name: 'max_requests_per_second_per_client',
    group: 'Limits',
    type: { kind: 'integer', min: 0, max: 1_000_000 },
    defaultText: '0',
    help: 'The same for each client by itself, which is the name of its token, else its IP address, or all of a UNIX socket: how many requests a second, 0 to 1000000; 0: any number.',
  },
  {
    name: 'rate_limit_burst',
    group: 'Limits',
    type: { kind: 'integer', min: 0, max: 1_000_000 },
    defaultText: '0',
    help: 'How many requests each of these three limits lets through at once after a pause, 0 to 1000000; 0: as many as in one second.',
  },
  {
    name: 'max_concurrent_requests',
    group: 'Limits',
    type: { kind: 'integer', min: 0, max: 1_000_000 },
    defaultText: '0',
    help: 'How many Predict, Classify, Regress and MultiInference requests are being answered at a time, waiting ones among them, 0 to 1000000; 0: any number. Further ones are answered with RESOURCE_EXHAUSTED or 429.',
  },
  {
    name: 'max_concurrent_requests_per_model',
    group: 'Limits',
    type: { kind: 'integer', min: 0, max: 1_000_000 },
    defaultText: '0',
    help: 'The same for each model by itself: how many requests at a time, 0 to 1000000; 0: any number.',
  },
  {
    name: 'max_concurrent_requests_per_client',
    group: 'Limits',
    type: { kind: 'integer', min: 0, max: 1_000_000 },
    defaultText: '0',
    help: 'The same for each client by itself: how many requests at a time, 0 to 1000000; 0: any number.',
  },
  {
    name: 'rest_max_connections',
    group: 'REST',
    type: { kind: 'integer', min: 1, max: 65_535 },
    defaultText: '512',
    help: 'How many REST clients may be connected at a time, at each address, 1 to 65535. Further ones are turned away; the log and perch_rest_refusals_total say so. For gRPC: the channel argument grpc.max_allowed_incoming_connections.',
  },
  {
    name: 'rest_slow_read_seconds',
    group: 'REST',
    type: { kind: 'integer', min: 0, max: 86_400 },
    defaultText: '30',
    help: 'How long a REST client may take for each 64 kB of its answer, 0 to 86400 seconds; 0: any time. After that its connection is closed.',
    needs: 'rest_api_port',
  },
  {
    name: 'allowed_hosts',
    group: 'REST',
    type: { kind: 'text' },
    defaultText: '',
    help: 'Names, separated by commas and without ports, under which REST clients may call this server, beside localhost and its addresses. Others are answered with 403 where --bind_address is a loopback address, and elsewhere where this is given: that guards against DNS rebinding.',
    needs: 'rest_api_port',
  },
] as const satisfies readonly Flag[];
