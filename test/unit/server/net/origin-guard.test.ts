// Under which Host a server may be called: by where it is bound, and by what was allowed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PerchError } from '../../../../server/errors.ts';
import { checkOrigin } from '../../../../server/net/origin-guard.ts';

/** The code of the refusal; `fine` where there is none. */
function verdict(bindAddress: string, allowed: readonly string[], host: string): string {
  const rules = { scheme: 'http', bindAddress, allowedHosts: new Set(allowed), cors: false } as const;
  try {
    checkOrigin({ headers: { host }, rawHeaders: ['Host', host] }, rules);
    return 'fine';
  } catch (reason) {
    return PerchError.from(reason).code;
  }
}

describe('a Host', () => {
  it('on a loopback address is one of its own, or one that was allowed', () => {
    for (const bind of ['127.0.0.1', '::1', '127.0.0.5']) {
      for (const host of [
        'localhost',
        'localhost:8501',
        '127.0.0.1:1',
        '[::1]',
        '[::1]:65535',
        'a.example:2',
      ]) {
        assert.equal(verdict(bind, ['a.example'], host), 'fine', `${bind} ${host}`);
      }
      for (const host of [
        'b.example',
        'x.a.example',
        'a.example.',
        '0.0.0.0',
        '10.0.0.1',
        '[fd00::1]',
        '::1',
        '',
      ]) {
        assert.equal(verdict(bind, ['a.example'], host), 'HOST_REFUSED', `${bind} ${host}`);
      }
    }
  });

  it('elsewhere is any, unless some were allowed: then one of these, or an address', () => {
    for (const bind of ['0.0.0.0', '::', '192.0.2.1']) {
      assert.equal(verdict(bind, [], 'anything.example'), 'fine');
      for (const host of ['a.example:8501', 'localhost', '192.0.2.1:8501', '10.1.2.3', '[2001:db8::1]:80']) {
        assert.equal(verdict(bind, ['a.example'], host), 'fine', host);
      }
      assert.equal(verdict(bind, ['a.example'], 'b.example'), 'HOST_REFUSED');
    }
  });

  it('may be an address that was allowed, in brackets where it is IPv6', () => {
    assert.equal(verdict('127.0.0.1', ['[fd00::1]', '10.0.0.1'], '[FD00::1]:8501'), 'fine');
    assert.equal(verdict('127.0.0.1', ['[fd00::1]', '10.0.0.1'], '10.0.0.1'), 'fine');
  });

  it('comes once', () => {
    const rules = {
      scheme: 'http',
      bindAddress: '127.0.0.1',
      allowedHosts: new Set<string>(),
      cors: false,
    } as const;
    assert.throws(
      () =>
        checkOrigin(
          {
            headers: { host: 'localhost' },
            rawHeaders: ['Host', 'localhost', 'A', 'host', 'HOST', 'b.example'],
          },
          rules,
        ),
      (reason) => PerchError.is(reason, 'REQUEST_MALFORMED'),
    );
    checkOrigin({ headers: { host: 'localhost' }, rawHeaders: ['Host', 'localhost', 'A', 'host'] }, rules);
  });
});
