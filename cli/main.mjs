// The entry of `npx orchestra`. Plain JavaScript, so that a second start needs nothing that strips types either.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Only modules imported after this line are kept, types already stripped: a second start compiles nothing.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
const { orchestra } = await import('./orchestra.ts');

// `orchestra … | head` closes the pipe when it has seen enough.
process.stdout.on('error', (error) => {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
  process.exit(0);
});
// The code is set, not exited with, so that what was printed gets out first.
process.exitCode = await orchestra(process.argv.slice(2));
