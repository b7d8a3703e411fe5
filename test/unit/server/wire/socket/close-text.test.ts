// Every cause has a sentence that says what happened; those that can be helped say how.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CloseCause } from '../../../../../server/wire/close-cause.ts';
import { closeText } from '../../../../../server/wire/socket/close-text.ts';

const cases: readonly (readonly [cause: CloseCause, level: string, text: RegExp, advice: RegExp])[] = [
  [{ kind: 'peer-closed', openStreams: 0, afterGoaway: true }, 'debug', /^the client closed it$/, /^$/],
  [
    { kind: 'peer-closed', openStreams: 1, afterGoaway: false },
    'info',
    /while 1 call had no answer/,
    /client/,
  ],
  [
    { kind: 'peer-reset', openStreams: 0, silentMs: 12 },
    'info',
    /after 12 ms of silence, with 0 calls/,
    /crashed or was killed/,
  ],
  [
    { kind: 'peer-reset', openStreams: 2, silentMs: 351_000 },
    'warning',
    /351 s/,
    /AWS network load balancer.*175000/,
  ],
  [{ kind: 'peer-error', code: 1, debugData: 'bad' }, 'warning', /PROTOCOL_ERROR \("bad"\)/, /log/],
  [{ kind: 'peer-error', code: 99, debugData: '' }, 'warning', /with 0x63$/, /./],
  [
    { kind: 'too-many-pings', intervalMs: 1000, allowedMs: 300_000 },
    'warning',
    /1 s apart, and 5 min/,
    /keepalive_time_ms of the client to 300000/,
  ],
  [{ kind: 'max-idle', idleMs: 1_800_000 }, 'debug', /30 min/, /^$/],
  [{ kind: 'max-age', ageMs: 90_000, cutStreams: 0 }, 'debug', /90 s/, /^$/],
  [{ kind: 'max-age', ageMs: 90_000, cutStreams: 3 }, 'warning', /3 calls/, /grace/],
  [
    { kind: 'keepalive-timeout', timeoutMs: 20_000, loopDelayMs: 3 },
    'warning',
    /within 20 s/,
    /without a word/,
  ],
  [
    { kind: 'keepalive-timeout', timeoutMs: 20_000, loopDelayMs: 15_000 },
    'warning',
    /20 s/,
    /stood still for 15 s/,
  ],
  [
    { kind: 'preface-timeout', timeoutMs: 10_000, receivedBytes: 3 },
    'info',
    /10 s \(3 bytes came\)/,
    /scanner/,
  ],
  [{ kind: 'settings-timeout', timeoutMs: 1500 }, 'warning', /1\.5 s/, /defect/],
  [{ kind: 'headers-timeout', timeoutMs: 7_200_000 }, 'warning', /2 h/, /defect/],
  [{ kind: 'write-timeout', timeoutMs: 60_000, queuedBytes: 5 }, 'warning', /1 min \(5 bytes/, /hangs/],
  [
    { kind: 'wrong-protocol', protocol: 'http1', firstBytes: 'GET /' },
    'warning',
    /HTTP\/1\.1 client.*: GET \/$/,
    /REST/,
  ],
  [{ kind: 'wrong-protocol', protocol: 'tls', firstBytes: '' }, 'warning', /TLS client/, /--ssl_config_file/],
  [{ kind: 'wrong-protocol', protocol: 'unknown', firstBytes: '' }, 'warning', /neither/, /wrong port/],
  [{ kind: 'tls-failed', reason: 'tlsv1 alert unknown ca' }, 'warning', /unknown ca/, /custom_ca/],
  [{ kind: 'tls-failed', reason: 'the client began in clear: PRI' }, 'warning', /in clear/, /with TLS/],
  [{ kind: 'tls-failed', reason: 'the client left within it' }, 'warning', /left within/, /do not trust/],
  [{ kind: 'tls-failed', reason: 'something new' }, 'warning', /something new/, /^$/],
  [
    { kind: 'protocol-error', code: 'FRAME_SIZE_ERROR', rule: 'RFC 9113 §4.2', text: 'too long' },
    'warning',
    /\(RFC 9113 §4\.2, FRAME_SIZE_ERROR\): too long/,
    /defect/,
  ],
  [
    { kind: 'flood', flood: 'rapid-reset', count: 200, windowMs: 1000 },
    'warning',
    /^200 calls .*44487.* 1 s$/,
    /harm/,
  ],
  [
    { kind: 'limit', option: 'grpc.x', limit: 1, actual: 2 },
    'warning',
    /2 is beyond the limit of 1 \(grpc\.x\)/,
    /Raise grpc\.x/,
  ],
  [{ kind: 'drained' }, 'debug', /shutting down/, /^$/],
  [{ kind: 'forced', cutStreams: 0 }, 'debug', /cut 0 calls/, /^$/],
  [{ kind: 'forced', cutStreams: 2 }, 'info', /cut 2 calls/, /--drain_grace_seconds/],
  [{ kind: 'socket-error', code: 'ETIMEDOUT' }, 'info', /ETIMEDOUT/, /^$/],
  [{ kind: 'internal', text: 'oops' }, 'error', /oops/, /report/],
];

describe('closeText', () => {
  for (const [cause, level, text, advice] of cases) {
    it(`says ${JSON.stringify(cause)}`, () => {
      const said = closeText(cause);
      assert.equal(said.level, level);
      assert.match(said.text, text);
      assert.match(said.advice, advice);
      assert.match(said.advice, /^(?:[A-Z-].*\.)?$/);
      assert.doesNotMatch(said.text, /\.$/);
    });
  }
});
