// The functions of Lambda's tests: some work, the others misbehave in every way that Lambda knows.

/** Source text by function name. */
export const sources = {
  echo: 'export const handler = async (event) => event;',
  context: `export const handler = async (event, context) => ({
    ...context, remaining: context.getRemainingTimeInMillis(), env: process.env });`,
  typescript: `interface Answer { n: number }
    export const handler = async (event: { n: number }): Promise<Answer> => ({ n: event.n + 1 });`,
  nothing: 'export const handler = () => undefined;',
  throws: `class Oops extends Error { name = 'Oops' }
    export const handler = () => { throw new Oops('broken') };`,
  rejects: `export const handler = async () => { throw 'just text' };`,
  cyclic: 'export const handler = async () => { const a = {}; a.a = a; return a };',
  bigint: 'export const handler = async () => 1n;',
  exits: 'export const handler = async () => process.exit(7);',
  hangs: 'export const handler = () => new Promise(() => {});',
  spins: 'export const handler = () => { for (;;) {} };',
  unhandled: `export const handler = () => new Promise(() => { Promise.reject(new Error('left alone')) });`,
  uncaught: `export const handler = () => new Promise(() => { setImmediate(() => { throw new TypeError('in a callback') }) });`,
  noHandler: 'export const other = 1;',
  notFunction: 'export const handler = 1;',
  badImport: `import './missing.mjs'; export const handler = async () => 1;`,
  badSyntax: 'export const handler = async () => { ;',
  failsAtImport: `throw new RangeError('at import');`,
  large: `export const handler = async ({ size }) => 'x'.repeat(size);`,
  prints: `export const handler = async () => { console.log('hello %d', 42); process.stdout.write('{"raw":true}\\n') };`,
  meets: `const called = [];
    export const handler = ({ count }) => new Promise((resolve) => {
      if (called.push(resolve) === count) for (const each of called) each(count);
    });`,
  waits: 'export const handler = ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms, ms));',
  pid: `globalThis.count = 0; export const handler = async () => ++globalThis.count;`,
  failsOnce: `import { existsSync, writeFileSync } from 'node:fs';
    export const handler = async ({ file }) => {
      if (!existsSync(file + '.1')) { writeFileSync(file + '.1', ''); throw new Error('first') }
      if (!existsSync(file + '.2')) { writeFileSync(file + '.2', ''); throw new Error('second') }
      writeFileSync(file, 'third');
    };`,
  ownStore: `let arrived = 0; const both = Promise.withResolvers();
    export const handler = async ({ name }) => {
      awslambda.InvokeStore.set('name', name);
      if (++arrived === 2) both.resolve();
      await both.promise;
      return [awslambda.InvokeStore.get('name'), awslambda.InvokeStore.getRequestId()];
    };`,
  crashes: `export const handler = async () => process.reallyExit(9);`,
} as const;
