// Lint: typed rules, no cycles, and the direction of imports (ARCHITECTURE.md, "Who may import what").
import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Packages that only one place may import, and that place. */
const ownedPackages = [
  { group: ['onnxruntime-node', 'onnxruntime-common'], owner: 'server/engine/worker/' },
  { group: ['chokidar'], owner: 'server/source/' },
  { group: ['vscode'], owner: 'extension/' },
  { group: ['@vscode/webview-ui-toolkit', '@microsoft/fast-*'], owner: 'webview/ui/toolkit.ts' },
];

const restrictedFor = (file) => [
  'error',
  {
    patterns: ownedPackages
      .filter(({ owner }) => owner !== file)
      .map(({ group, owner }) => ({ group, message: `Only ${owner} imports this package.` })),
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'protos/gen/', 'test/e2e/host/', 'test/output/', 'bench/output/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ alwaysTryTypes: true })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'no-console': 'error',
      'no-restricted-imports': restrictedFor(''),
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportAllDeclaration',
          message: 'No barrel files: import from the file that defines it.',
        },
        { selector: 'TSEnumDeclaration', message: 'No enums: a const array or object, and its type.' },
      ],
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            { target: './server', from: ['./extension', './webview', './test', './bench'] },
            {
              target: './extension',
              from: './server',
              except: [
                './textproto',
                './config',
                './discovery.ts',
                './discovery-files.ts',
                './bench/bench-lines.ts',
              ],
              message: 'The extension speaks to the daemon over gRPC.',
            },
            { target: './extension', from: './webview/ui' },
            { target: './webview', from: ['./server', './extension', './protos'] },
            { target: './server/codec', from: './server', except: ['./codec', './errors.ts'] },
            {
              target: './server/convert',
              from: './server',
              except: ['./convert', './codec', './errors.ts', './file-system-error.ts'],
            },
            { target: './server/textproto', from: ['./server', './protos'], except: ['./textproto'] },
            {
              target: './server/wire',
              from: './server',
              except: [
                './wire',
                './errors.ts',
                './log.ts',
                './log-budget.ts',
                './deadline.ts',
                './apis/method.ts',
                './apis/call-status.ts',
              ],
            },
            { target: './server/routing', from: './server', except: ['./routing', './codec', './errors.ts'] },
            {
              target: './server/lifecycle',
              from: './server',
              except: ['./lifecycle', './errors.ts', './codec', './log.ts'],
            },
            {
              target: './server/source',
              from: './server',
              except: [
                './source',
                './models',
                './lifecycle/found.ts',
                './lifecycle/version-policy.ts',
                './errors.ts',
                './file-system-error.ts',
                './log.ts',
              ],
            },
            {
              target: './server/engine/worker',
              from: './server',
              except: [
                './engine/worker',
                './engine/engine-settings.ts',
                './engine/frames.ts',
                './engine/memory-mark.ts',
                './engine/shared-pipe.ts',
                './engine/thread-channel.ts',
                './codec',
                './convert',
                './errors.ts',
                './file-system-error.ts',
              ],
            },
          ],
        },
      ],
    },
  },
  {
    files: ['server/engine/worker/**/*.ts'],
    rules: { 'no-restricted-imports': restrictedFor('server/engine/worker/') },
  },
  {
    files: ['server/wire/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@grpc/*', 'node:http', 'node:http2', 'onnxruntime-*', 'chokidar', 'vscode'],
              message: 'The own transport is written on node:net and node:tls alone.',
            },
          ],
        },
      ],
    },
  },
  { files: ['server/source/**/*.ts'], rules: { 'no-restricted-imports': restrictedFor('server/source/') } },
  {
    files: ['extension/**/*.ts', 'test/host/**/*.ts'],
    rules: { 'no-restricted-imports': restrictedFor('extension/') },
  },
  {
    files: ['webview/ui/toolkit.ts'],
    rules: { 'no-restricted-imports': restrictedFor('webview/ui/toolkit.ts') },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // node:test's describe and it return promises that the runner itself awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['describe', 'it', 'test', 'suite'], package: 'node:test' },
          ],
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
      'no-restricted-imports': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        require: 'readonly',
        module: 'readonly',
        __dirname: 'readonly',
        AbortSignal: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
);
