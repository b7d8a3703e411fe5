// The flags for who can reach the server, and who may call it.
import type { Flag } from '../flag.ts';

/** In the order of `--help`. */
export const exposureFlags = [
  {
    name: 'bind_address',
    group: 'Addresses',
    type: { kind: 'text' },
    defaultText: '127.0.0.1,::1',
    help: 'IP addresses that both listeners bind to, separated by commas, the first being the one that clients are told. Anything but loopback addresses makes the server reachable from other machines, and needs TLS, --require_predict_token or --insecure_bind. Where the flag is missing, the environment variable TF_SERVING_ADDRESS counts, and without it ::1 is left out where there is no IPv6.',
    mirrors: 'tritonserver --grpc-address (tensorflow_model_server always binds 0.0.0.0)',
  },
  {
    name: 'bind_all_interfaces',
    group: 'Addresses',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Bind to every address of this machine, IPv4 and IPv6, in place of --bind_address.',
    mirrors: 'what tensorflow_model_server does',
  },
  {
    name: 'insecure_bind',
    group: 'Addresses',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Let other machines call the models in clear and without a token, as tensorflow_model_server does.',
  },
  {
    name: 'token_file',
    group: 'Access',
    type: { kind: 'text' },
    defaultText: '',
    help: 'File of tokens, for this user only (mode 0600), read again when it changes: lines of a name, a role (predict, read or admin) and a token of 32 characters or more, or sha256: and its digest. The token of PERCH_TOKEN is there beside them.',
  },
  {
    name: 'require_predict_token',
    group: 'Access',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Ask for a token (authorization: Bearer …) with every call, over gRPC and REST. Health is open all the same. Admin calls need one always.',
  },
  {
    name: 'rest_ssl',
    group: 'REST',
    type: { kind: 'boolean' },
    defaultText: 'false',
    help: 'Speak HTTPS at the REST port, by --ssl_config_file.',
    needs: 'ssl_config_file',
  },
] as const satisfies readonly Flag[];
