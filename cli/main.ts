// The entry of `npx orchestra`.
import { orchestra } from './orchestra.ts';

// `orchestra … | head` closes the pipe when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
// The code is set, not exited with, so that what was printed gets out first.
process.exitCode = await orchestra(process.argv.slice(2));
