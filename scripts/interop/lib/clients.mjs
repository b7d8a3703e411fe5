// gRPC clients of other implementations: what each needs, made ready in a directory of its own.
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { root, run } from '../../lib/processes.mjs';
import { findProgram } from './tools.mjs';

const sources = path.join(root, 'scripts', 'interop', 'clients');
const grpcio = '1.85.1';
const grpcGo = 'v1.85.0';
const grpcJava = '1.76.0';

/** Runs commands until one fails; resolves to undefined, or to what the failed one said. */
async function each(commands) {
  for (const [command, args, env] of commands) {
    const { code, output } = await run(command, args, { capture: true, env });
    if (code !== 0) {
      return `${path.basename(command)} ${args[0]} failed: ${output.trim().split('\n').at(-1)}`;
    }
  }
  return undefined;
}

function missing(name) {
  return { problem: `there is no ${name} on this machine` };
}

/**
 * `prepare(directory)` resolves to `{ command, version }`, to be run with an address and perhaps an authority's file, or
 * to `{ problem }`.
 */
export const clients = [
  {
    name: 'C-core (Python)',
    prepare: async (directory) => {
      const python = findProgram('python3');
      if (python === undefined) {
        return missing('python3');
      }
      const own = path.join(directory, 'bin', 'python');
      const problem = await each([
        [python, ['-m', 'venv', directory]],
        [own, ['-m', 'pip', 'install', '--quiet', `grpcio==${grpcio}`]],
      ]);
      return problem === undefined
        ? { command: [own, path.join(sources, 'python_client.py')], version: grpcio }
        : { problem };
    },
  },
  {
    name: 'grpc-go',
    prepare: async (directory) => {
      const go = findProgram('go');
      if (go === undefined) {
        return missing('Go');
      }
      copyFileSync(path.join(sources, 'go', 'main.go'), path.join(directory, 'main.go'));
      const binary = path.join(directory, 'client');
      const problem = await each([
        [go, ['-C', directory, 'mod', 'init', 'perch.test/wire']],
        [go, ['-C', directory, 'get', `google.golang.org/grpc@${grpcGo}`]],
        [go, ['-C', directory, 'build', '-o', binary, '.']],
      ]);
      return problem === undefined ? { command: [binary], version: grpcGo } : { problem };
    },
  },
  {
    name: 'grpc-java (Netty)',
    prepare: async (directory) => {
      const [java, javac, mvn] = ['java', 'javac', 'mvn'].map(findProgram);
      if (java === undefined || javac === undefined || mvn === undefined) {
        return missing('JDK with Maven');
      }
      const place = path.join(sources, 'java');
      const libraries = path.join(directory, '*');
      const problem = await each([
        [
          mvn,
          ['-q', '-f', path.join(place, 'pom.xml')].concat([
            'dependency:copy-dependencies',
            `-DoutputDirectory=${directory}`,
          ]),
        ],
        [javac, ['-cp', libraries, '-d', directory, path.join(place, 'WireClient.java')]],
      ]);
      const classPath = [libraries, directory].join(path.delimiter);
      return problem === undefined
        ? { command: [java, '-cp', classPath, 'WireClient'], version: grpcJava }
        : { problem };
    },
  },
  {
    name: 'grpc-js',
    prepare: async () => ({
      command: [process.execPath, path.join(sources, 'grpc-js-client.mjs')],
      version: '1.14.7',
    }),
  },
];
