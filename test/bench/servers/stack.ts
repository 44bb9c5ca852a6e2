// The whole stack as `npm start` serves it, with the counting workflows saved and a caller logged in.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../../../local/stack.ts';
import { callApi } from '../../support/test-stack.ts';
import { counting } from '../workflow.ts';
import { serve } from './serve.ts';

const home = await mkdtemp(path.join(process.env['BENCH_FOLDER'] ?? '', 'bench-'));
const stack = await startStack({ home, port: 0, awsPort: 0, seed: false });
const login = await callApi(`${stack.apiUrl}/auth/login`, 'POST', {
  body: { user_id: 'demo', password: 'demo' },
});
const token: string = login.body.access_token;
for (const steps of [10, 40]) {
  const saved = await callApi(`${stack.apiUrl}/workflows`, 'POST', { token, body: counting(steps) });
  if (saved.status !== 201) throw new Error(`The workflow was not saved: ${JSON.stringify(saved.body)}`);
}

/** Waits until every execution has its log. */
async function logged(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const [workflow, name] = id.split('.');
    const key = `executions/${workflow}/${name}.json`;
    while (!existsSync(stack.objectFile('LOGS_BUCKET', key) ?? '')) await sleep(5);
  }
}

serve(
  { url: stack.apiUrl, token },
  async () => {
    await stack.stop();
    await rm(home, { recursive: true });
  },
  { logged },
);
