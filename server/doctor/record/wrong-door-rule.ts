// Rules for connections on which the two sides speak different protocols.
import { ended, idleMs, verdict, type Rule } from './close-verdict.ts';

/** Rows 16 to 19 and 24: who speaks what. */
export const wrongDoor: Rule = ({ client, server, firstEnd, silentMs }) => {
  const first = [`first bytes of the client: ${client.firstBytes}`];
  const both = server.firstBytes === '' ? first : [...first, `of the server: ${server.firstBytes}`];
  const serverTls = server.opening === 'tls' || server.opening === 'tls-alert';
  switch (client.opening) {
    case undefined:
      return firstEnd === undefined || client.bytes > 0
        ? undefined
        : verdict(
            'nothing-said',
            'The client connected and said nothing.',
            [ended(firstEnd)],
            'Port scanners and health checks that only connect do this.',
          );
    case 'tls':
    case 'tls-alert':
      return server.opening === 'tls'
        ? verdict(
            'encrypted',
            'The connection is encrypted: its frames cannot be seen here.',
            both,
            'Record in clear, on a port without TLS.',
          )
        : verdict(
            'tls-on-plaintext-port',
            'The client speaks TLS, and the server does not.',
            both,
            'Let the client connect without TLS (an insecure channel, http://), or give the server a certificate.',
          );
    case 'http1-connect':
      return verdict(
        'proxy-setting',
        'The client takes this address for an HTTP proxy.',
        both,
        'Look at http_proxy, https_proxy and grpc_proxy; no_proxy=127.0.0.1,localhost,::1 exempts this machine.',
      );
    case 'http1':
      return server.opening === 'http1'
        ? verdict(
            'http1',
            'This is HTTP/1.1, not gRPC.',
            both,
            firstEnd === 'server' && silentMs >= idleMs
              ? 'A server that closes idle connections while the client sends its next request makes it fail with ECONNRESET: the client’s keep-alive time must be the shorter one.'
              : 'Where gRPC was meant, the client is no gRPC client. Perch answers such a one on its gRPC port with the address of REST.',
          )
        : verdict(
            'http1-on-grpc-port',
            'An HTTP/1.1 client knocked at a gRPC port.',
            both,
            'The REST API has a port of its own (TensorFlow Serving: 8501, Triton: 8000).',
          );
    case 'other':
      return verdict(
        'not-http2',
        'What the client says is neither HTTP/2 nor TLS.',
        both,
        'Look for a client with a wrong port.',
      );
    case 'http2':
      if (server.opening === 'http1') {
        return verdict(
          'grpc-on-rest-port',
          'A gRPC client knocked at an HTTP/1.1 port.',
          both,
          'The gRPC API has a port of its own (TensorFlow Serving: 8500, Triton: 8001).',
        );
      }
      if (serverTls || (server.bytes === 0 && firstEnd === 'server')) {
        return verdict(
          'plaintext-on-tls-port',
          serverTls
            ? 'The client speaks in clear, and the server TLS.'
            : 'The server closed without a word: it most likely expects TLS.',
          serverTls ? both : [...first, ended('server')],
          'Let the client use a secure channel, with the server’s certificate authority.',
        );
      }
      return server.opening === 'other'
        ? verdict(
            'not-http2',
            'What the server answers is not HTTP/2.',
            both,
            'Something else listens on that port.',
          )
        : undefined;
  }
};
