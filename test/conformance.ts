// `npm run conformance`: plays the cases recorded from AWS (../shared/conformance) against the local engine.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('../../shared/conformance/run.mjs', import.meta.url));
const engine = fileURLToPath(new URL('../cli/main.mjs', import.meta.url));

/** A port that is free now; the runner and the engine take fixed numbers. */
async function freePort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const ended = (child: ChildProcess) =>
  new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));

async function main(): Promise<number> {
  if (!existsSync(runner)) {
    console.log(
      'conformance: skipped, the recorded cases are not beside the project (../shared/conformance)',
    );
    return 0;
  }
  const [port, lambdaPort] = [await freePort(), await freePort()];
  const env = { ...process.env, AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${lambdaPort}` };
  const served = spawn(process.execPath, [engine, 'states', '--port', String(port)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const engineEnded = ended(served);
  // Its first line says that it listens.
  await Promise.race([new Promise((resolve) => served.stdout.once('data', resolve)), engineEnded]);
  const endpoint = `http://127.0.0.1:${port}`;
  const options = ['--endpoint', endpoint, '--lambda-port', String(lambdaPort), ...process.argv.slice(2)];
  const code = await ended(spawn(process.execPath, [runner, ...options], { stdio: 'inherit' }));
  served.kill();
  await engineEnded;
  return code;
}

process.exitCode = await main();
