// What the doctor's form offers: example code of each language, and the proper names of languages, servers and devices.
import type { DoctorClient, DoctorPath, DoctorServer } from '../../../dashboard/network-doctor.ts';

/** Proper names: the same in every language. */
export const clientLabels: Readonly<Record<DoctorClient, string>> = {
  python: 'Python (grpcio)',
  cpp: 'C++',
  java: 'Java',
  go: 'Go',
  node: 'Node.js (grpc-js)',
  dotnet: 'C# (.NET)',
  tritonclient: 'Python (tritonclient)',
};

/** As above; this server has a text. */
export const serverLabels: Readonly<Record<Exclude<DoctorServer, 'this'>, string>> = {
  'tf-serving': 'TensorFlow Serving',
  triton: 'Triton Inference Server',
  core: 'gRPC C++ / Python',
  go: 'gRPC Go',
  java: 'gRPC Java',
  js: 'gRPC Node.js (grpc-js)',
};

/** As above, with the time after which they usually forget. */
export const pathLabels: Readonly<Record<Exclude<DoctorPath, 'direct' | 'other'>, string>> = {
  'aws-nlb': 'AWS Network Load Balancer (350 s)',
  'aws-alb': 'AWS Application Load Balancer (60 s)',
  'azure-lb': 'Azure Load Balancer (4 min)',
  'gcp-firewall': 'Google Cloud firewall (10 min)',
  nginx: 'nginx (60 s)',
  envoy: 'Envoy (5 min)',
  'docker-nat': 'Docker / Windows NAT (4 min)',
  'home-nat': 'VPN / home NAT (2 min)',
};

/** Code that pings every `keepaliveMs`, whole seconds, waits ten seconds for the answer, and pings between calls too. */
export function exampleCode(client: DoctorClient, keepaliveMs = 30_000): string {
  const seconds = keepaliveMs / 1000;
  switch (client) {
    case 'python':
      return `options = [
    ("grpc.keepalive_time_ms", ${keepaliveMs}),
    ("grpc.keepalive_timeout_ms", 10000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
]
channel = grpc.insecure_channel("127.0.0.1:8500", options=options)`;
    case 'cpp':
      return `grpc::ChannelArguments args;
args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, ${keepaliveMs});
args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10000);
args.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
args.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);`;
    case 'java':
      return `ManagedChannelBuilder.forAddress("127.0.0.1", 8500)
    .keepAliveTime(${seconds}, TimeUnit.SECONDS)
    .keepAliveTimeout(10, TimeUnit.SECONDS)
    .keepAliveWithoutCalls(true)`;
    case 'go':
      return `grpc.WithKeepaliveParams(keepalive.ClientParameters{
    Time:                ${seconds} * time.Second,
    Timeout:             10 * time.Second,
    PermitWithoutStream: true,
})`;
    case 'node':
      return `const client = new Client('127.0.0.1:8500', credentials.createInsecure(), {
  'grpc.keepalive_time_ms': ${keepaliveMs},
  'grpc.keepalive_timeout_ms': 10000,
  'grpc.keepalive_permit_without_calls': 1,
});`;
    case 'dotnet':
      return `var handler = new SocketsHttpHandler
{
    KeepAlivePingDelay = TimeSpan.FromSeconds(${seconds}),
    KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
    KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
};`;
    case 'tritonclient':
      return `keepalive_options = KeepAliveOptions(
    keepalive_time_ms=${keepaliveMs},
    keepalive_timeout_ms=10000,
    keepalive_permit_without_calls=True,
    http2_max_pings_without_data=0,
)`;
  }
}
