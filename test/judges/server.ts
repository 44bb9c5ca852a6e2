// Starts a judge that is an AWS endpoint written in Python, and waits until it answers.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { close, listen } from '../../local/shared/http-server.ts';

export interface JudgeServer {
  readonly url: string;
  stop(): Promise<void>;
}

interface ServerOptions {
  readonly bin: string;
  /** A file of this folder, which is given the port and the address that functions are invoked at. */
  readonly script: string;
  readonly lambdaEndpoint: string;
  /** Answers 200 as soon as the server is up. */
  readonly healthPath: string;
  readonly environment?: (port: string) => Readonly<Record<string, string>>;
}

export async function startServer({
  bin,
  script,
  lambdaEndpoint,
  healthPath,
  environment = () => ({}),
}: ServerOptions): Promise<JudgeServer> {
  const probe = createServer();
  const url = await listen(probe, 0);
  await close(probe);
  const { port } = new URL(url);
  const args = [join(import.meta.dirname, script), port, lambdaEndpoint];
  const env = { ...process.env, ...environment(port) };
  const child = spawn(join(bin, 'python'), args, { stdio: 'ignore', env });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let tries = 0; !(await isUp(`${url}${healthPath}`)); tries += 1) {
    if (child.exitCode !== null) throw new Error(`${script} has ended with ${child.exitCode}`);
    if (tries === 600) {
      child.kill('SIGKILL');
      throw new Error(`${script} does not answer`);
    }
    await pause(100);
  }
  return {
    url,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const isUp = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
