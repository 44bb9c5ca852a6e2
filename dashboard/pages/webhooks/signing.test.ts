// How deliveries are signed: a shell that runs the command sends what the webhook takes, and nothing of it is run.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { example, steps, storing, type Webhook } from './signing.ts';

const hook = (webhook: Webhook['webhook']): Webhook => ({
  id: 'triage',
  workflow_id: 'triage',
  trigger: 0,
  enabled: true,
  connection: 'webhook/triage',
  parameter: '/ai-orchestra/prod/connections/webhook/triage',
  webhook,
});

/** What curl would be called with. */
function sent(webhook: Webhook['webhook']): readonly string[] {
  const command = example(hook(webhook), 'https://acme.example/hooks/triage') ?? '';
  const script = `curl() { printf '%s\\n' "$@"; }\n${command}`;
  return execFileSync('sh', ['-c', script], { env: { ...process.env, SECRET: 's3cr3t' } })
    .toString()
    .trimEnd()
    .split('\n');
}

const BODY = '{"hello":"world"}';
const hmac = (text: string) => createHmac('sha256', 's3cr3t').update(text);

test('the body is signed in hexadecimal, or in base64, with its prefix', () => {
  expect(sent({ verify: 'hmac', header: 'X-Sig', prefix: 'sha256=' })).toEqual([
    'https://acme.example/hooks/triage',
    '-H',
    'content-type: application/json',
    '-H',
    `X-Sig: sha256=${hmac(BODY).digest('hex')}`,
    '--data-raw',
    BODY,
  ]);
  expect(sent({ verify: 'hmac', header: 'X-Sig', encoding: 'base64' })).toContain(
    `X-Sig: ${hmac(BODY).digest('base64')}`,
  );
});

test('the time is signed and sent, in a header of its own or in that of the signature', () => {
  const own = sent({
    verify: 'hmac',
    header: 'X-Sig',
    timestamp: { header: 'X-Time' },
    signed: "it's:{timestamp}:{body}",
  });
  const time = own.find((part) => part.startsWith('X-Time: '))?.slice('X-Time: '.length) ?? '';
  expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
  expect(own).toContain(`X-Sig: ${hmac(`it's:${time}:${BODY}`).digest('hex')}`);
  const one = sent({
    verify: 'hmac',
    header: 'X-Sig',
    prefix: 'v1=',
    timestamp: { header: 'x-sig', prefix: 't=' },
  });
  const [, at = '', signature] = /^X-Sig: t=(\d+),v1=(.+)$/.exec(one[4] ?? '') ?? [];
  expect(signature).toBe(hmac(`${at}.${BODY}`).digest('hex'));
});

test('a token is sent as it is', () => {
  expect(sent({ verify: 'token' })).toContain('authorization: Bearer s3cr3t');
  expect(sent({ verify: 'token', header: 'X-Gitlab-Token' })).toContain('X-Gitlab-Token: s3cr3t');
});

test('nothing that a workflow holds is run by the shell', () => {
  expect(sent({ verify: 'hmac', header: "X-'$`!", prefix: '$(id)`id`' })).toContain(
    `X-'$\`!: $(id)\`id\`${hmac(BODY).digest('hex')}`,
  );
});

test('services that sign by themselves have steps instead of a command', () => {
  for (const verify of ['github', 'notion', 'slack', 'stripe', 'zoom', 'standard_webhooks'] as const) {
    expect(example(hook({ verify }), 'https://acme.example')).toBeUndefined();
    expect(steps(hook({ verify })).join(' ')).toContain('webhook/triage');
  }
  expect(steps(hook({ verify: 'notion' }))[1]).toContain(
    ' /ai-orchestra/prod/connection-tokens/webhook/triage:',
  );
});

test.each([
  ['prod', []],
  ['local', ['--endpoint-url', 'http://127.0.0.1:4566']],
])('the secret is stored under the name of the stage %s, and no file of it stays', (stage, endpoint) => {
  const parameter = `/ai-orchestra/${stage}/connections/webhook/triage`;
  const script = `aws() { printf '%s\\n' "$@"; cat connection.json; find connection.json -perm 600; }\n${storing({ parameter })}`;
  const cwd = mkdtempSync(join(tmpdir(), 'storing-'));
  const said = execFileSync('sh', ['-c', script], { cwd, input: '{"secret":"s3cr3t"}\n' });
  expect(said.toString().trimEnd().split('\n')).toEqual([
    'ssm',
    'put-parameter',
    ...endpoint,
    '--type',
    'SecureString',
    '--overwrite',
    '--name',
    parameter,
    '--value',
    'file://connection.json',
    '{"secret":"s3cr3t"}',
    'connection.json',
  ]);
  expect(readdirSync(cwd)).toEqual([]);
  rmSync(cwd, { recursive: true });
});
