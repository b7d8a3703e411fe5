// A gRPC client in a process of its own, to be killed: it watches the health of the server at argv[2] until it is ended.
// argv[3]: pings that often, also without a call; milliseconds. A line on stdout says that the stream is open.
import * as grpc from '@grpc/grpc-js';

const [, , address = '', keepaliveMs] = process.argv;

const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
  ...(keepaliveMs === undefined
    ? {}
    : { 'grpc.keepalive_time_ms': Number(keepaliveMs), 'grpc.keepalive_permit_without_calls': 1 }),
});
const watching = client.makeServerStreamRequest(
  '/grpc.health.v1.Health/Watch',
  (request: Buffer) => request,
  (answer: Buffer) => answer,
  // The empty request: the server as a whole.
  Buffer.alloc(0),
);
watching.on('data', () => console.log('watching'));
watching.on('error', (error) => console.log(error.message));
// The process stays until it is killed, whatever becomes of the stream.
setInterval(() => undefined, 60_000);
