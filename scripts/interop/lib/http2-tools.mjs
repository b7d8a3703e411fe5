// HTTP/2 programs that know nothing of gRPC, and a proxy: curl, nghttp2's h2load, and nginx between a client and the server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../lib/processes.mjs';
import { findProgram } from './tools.mjs';

const echo = '/perch.test.Wire/Echo';

/** A request of gRPC with this message, in a file. */
function requestFile(directory, message) {
  const file = path.join(directory, 'request');
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  writeFileSync(file, Buffer.concat([prefix, Buffer.from(message)]));
  return file;
}

/** The program, taken from Debian's package where it is not there and may be installed; undefined where neither. */
async function provide(program, packageName) {
  if (
    findProgram(program) === undefined &&
    findProgram('apt-get') !== undefined &&
    process.getuid?.() === 0
  ) {
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', packageName], {
      capture: true,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
  return findProgram(program);
}

async function versionOf(command, args) {
  const { output } = await run(command, args, { capture: true });
  return /\d+\.\d+(\.\d+)?/.exec(output)?.[0] ?? '';
}

function check(name, isRight, problem) {
  return { case: name, problem: isRight ? '' : problem.trim() || 'no output' };
}

const curl = {
  name: 'curl',
  run: async ({ directory, server, certificate }) => {
    const command = findProgram('curl');
    if (command === undefined) {
      return { problem: 'there is no curl on this machine' };
    }
    const body = requestFile(directory, 'from curl');
    const answer = path.join(directory, 'answer');
    const headers = ['-H', 'content-type: application/grpc', '-H', 'te: trailers'];
    const call = ['--silent', '--include', ...headers, '--data-binary', `@${body}`, '--output', answer];
    const cases = [];
    for (const [name, how, url] of [
      ['prior_knowledge', ['--http2-prior-knowledge'], `http://127.0.0.1:${server.port}`],
      ['alpn', ['--http2', '--cacert', certificate], `https://localhost:${server.tlsPort}`],
    ]) {
      const { output, code } = await run(command, [...how, ...call, `${url}${echo}`], { capture: true });
      const text = code === 0 ? readFileSync(answer, 'latin1') : output;
      cases.push(check(name, /HTTP\/2 200[^]*from curl[^]*grpc-status: 0/.test(text), `${code} ${text}`));
    }
    const { output } = await run(command, ['--silent', '--include', `http://127.0.0.1:${server.port}/`], {
      capture: true,
    });
    cases.push(check('http1_is_told_the_port', /^HTTP\/1\.1 400 [^]*gRPC port/.test(output), output));
    return { version: await versionOf(command, ['--version']), how: 'in clear and TLS', cases };
  },
};

const h2load = {
  name: "nghttp2's h2load",
  run: async ({ directory, server }) => {
    const command = await provide('h2load', 'nghttp2-client');
    if (command === undefined) {
      return { problem: 'there is no h2load on this machine' };
    }
    const headers = ['-H', 'content-type: application/grpc', '-H', 'te: trailers'];
    const body = requestFile(directory, 'x'.repeat(3_000));
    const url = `http://127.0.0.1:${server.port}${echo}`;
    const calls = 100_000;
    const { output } = await run(
      command,
      ['-n', String(calls), '-c', '8', '-m', '32', '-d', body, ...headers, url],
      { capture: true },
    );
    const told = /(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/.exec(output) ?? [];
    const isWhole = Number(told[1]) === calls && told.slice(2).every((count) => Number(count) === 0);
    return {
      version: await versionOf(command, ['--version']),
      how: `${calls} calls of 3 kB, 8 connections of 32 streams: ${told[0] ?? 'no result'}`,
      cases: [check('no_call_is_lost', isWhole, output)],
    };
  },
};

/** Resolves when something listens at a port of this machine; rejects after half a minute. */
async function untilListening(port) {
  for (let attempt = 0; attempt < 300; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens at port ${port}`);
}

const nginx = {
  name: 'nginx between',
  run: async ({ directory, server, clients }) => {
    const command = await provide('nginx', 'nginx-light');
    if (command === undefined) {
      return { problem: 'there is no nginx on this machine' };
    }
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    mkdirSync(path.join(directory, 'logs'));
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path "${path.join(directory, name)}";`,
    );
    const configuration = path.join(directory, 'nginx.conf');
    writeFileSync(
      configuration,
      `daemon off; pid "${path.join(directory, 'pid')}"; error_log stderr warn; events {}
       http { access_log off; client_max_body_size 0; ${paths.join(' ')}
         server { listen 127.0.0.1:${port} http2;
           location / { grpc_pass grpc://127.0.0.1:${server.port}; grpc_read_timeout 60s; } } }`,
    );
    const proxy = spawn(command, ['-p', directory, '-c', configuration], { stdio: 'ignore' });
    const ended = once(proxy, 'close');
    try {
      await untilListening(port);
      const client = clients.find(({ name }) => name === 'grpc-js');
      const { command: program } = await client.prepare(directory);
      const [first, ...rest] = program;
      const { output } = await run(first, [...rest, `127.0.0.1:${port}`], { capture: true });
      const cases = output
        .split('\n')
        .filter((line) => line.startsWith('{"case"'))
        .map((line) => JSON.parse(line));
      return { version: await versionOf(command, ['-v']), how: 'grpc-js through grpc_pass', cases };
    } finally {
      proxy.kill('SIGTERM');
      await ended;
    }
  },
};

/** `run({ directory, server, certificate, clients })` resolves to `{ version, how, cases }`, or to `{ problem }`. */
export const tools = [curl, h2load, nginx];
