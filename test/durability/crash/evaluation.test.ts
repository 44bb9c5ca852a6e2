// A killed engine takes the processes with it in which it evaluates expressions.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { EngineProcess, freePort } from './engine-process.ts';

/** Takes until the limit: a regular expression that V8 matches by backtracking. */
const ENDLESS = `$contains("${'a'.repeat(60)}!", /^(?=(a+)+$)/)`;

const CHILDREN = (pid: number) => `/proc/${pid}/task/${pid}/children`;

test.skipIf(!existsSync(CHILDREN(process.pid)))(
  'a killed engine leaves no process behind that evaluates',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'states-'));
    const options = { database: join(folder, 'states.db'), port: await freePort(), lambdaEndpoint: '' };
    const engine = new EngineProcess(options);
    engine.start();
    await engine.ready;
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'P',
      States: { P: { Type: 'Pass', Output: `{% ${ENDLESS} %}`, End: true } },
    });
    const roleArn = 'arn:aws:iam::000000000000:role/test';
    const { stateMachineArn } = await engine.call('CreateStateMachine', {
      name: 'poison',
      roleArn,
      definition,
    });
    await engine.call('StartExecution', { stateMachineArn });
    const children = readFileSync(CHILDREN(engine.pid ?? 0), 'utf8')
      .trim()
      .split(' ');
    expect(children).toHaveLength(1);
    await engine.kill();
    const state = () => readFileSync(`/proc/${children[0]}/stat`, 'utf8').split(' ')[2];
    while (existsSync(`/proc/${children[0]}`) && state() !== 'Z') await setTimeout(20);
    rmSync(folder, { recursive: true });
  },
);
