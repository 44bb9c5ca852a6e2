// A whole stack of its own for a test file, with every provider behind a proxy that can misbehave.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Setting } from '../../lib/config.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import type { Clock } from '../../local/states/model/clock.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { PlantedSecrets } from './planted-secrets.ts';
import { until } from './until.ts';

/** The providers' base URLs that tests may put faults before. */
const proxied = {
  openai: 'OPENAI_BASE_URL',
  github: 'GITHUB_API_URL',
  notion: 'NOTION_BASE_URL',
  gmail: 'GMAIL_BASE_URL',
} as const satisfies Record<string, Setting>;

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert whole bodies by value
  readonly body: any;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Left out: the admin's token; null: none. */
  readonly token?: string | null;
}

export interface TestStack {
  readonly stack: Stack;
  /** The folder of its state, with the functions' log in `lambda.log`. */
  readonly home: string;
  /** What the stack has told its user so far, such as codes that would have been mailed. */
  readonly notes: readonly string[];
  readonly faults: Readonly<Record<keyof typeof proxied, FaultProxy>>;
  call(method: string, path: string, options?: CallOptions): Promise<ApiResponse>;
  /** Logs in over the API and gives the access token. */
  tokenOf(user: 'demo' | 'editor' | 'viewer'): Promise<string>;
  close(): Promise<void>;
}

export async function startTestStack({
  seed = false,
  scheduleClock,
}: {
  readonly seed?: boolean;
  readonly scheduleClock?: Clock;
} = {}): Promise<TestStack> {
  const home = await mkdtemp(path.join(tmpdir(), 'orchestra-'));
  const faults: Partial<Record<keyof typeof proxied, FaultProxy>> = {};
  const notes: string[] = [];
  const stack = await startStack({
    home,
    note: (line) => notes.push(line),
    port: 0,
    awsPort: 0,
    seed,
    ...(scheduleClock && { scheduleClock }),
    providerSettings: async (settings) => {
      const behind = { ...settings };
      for (const [name, key] of Object.entries(proxied)) {
        const proxy = await startFaultProxy(settings[key] ?? '');
        Object.assign(faults, { [name]: proxy });
        behind[key] = proxy.url;
      }
      return behind;
    },
  });
  const secrets = new PlantedSecrets();
  for (const fields of Object.values(stack.connections)) secrets.add(fields);
  const call = async (method: string, route: string, options: CallOptions = {}) => {
    if (isConnection(options.body)) secrets.add(options.body.credentials);
    const response = await callApi(stack.apiUrl + route, method, {
      ...options,
      token: options.token === undefined ? adminToken : options.token,
    });
    secrets.refuseIn(JSON.stringify(response.body), `The answer of ${method} ${route}`);
    return response;
  };
  const tokenOf = async (user: string): Promise<string> => {
    const { body } = await callApi(`${stack.apiUrl}/auth/login`, 'POST', {
      body: { user_id: user, password: user },
    });
    return body.access_token;
  };
  const adminToken = await tokenOf('demo');
  return {
    stack,
    home,
    notes,
    faults: complete(faults),
    call,
    tokenOf,
    close: async () => {
      await stack.stop();
      await Promise.all(Object.values(faults).map((proxy) => proxy.close()));
      secrets.refuseIn(notes.join('\n'), 'What the user is told');
      // Histories, logs, buckets: all but what the providers have of their own.
      const left = await secrets.leftIn(home, ['providers', 'dashboard']);
      if (left.length > 0) throw new Error(`Credentials are left in ${left.join('; ')}`);
      await rm(home, { recursive: true, force: true });
    },
  };
}

function isConnection(body: unknown): body is { readonly credentials: unknown } {
  return typeof body === 'object' && body !== null && 'credentials' in body;
}

function complete(faults: Partial<TestStack['faults']>): TestStack['faults'] {
  const { openai, github, notion, gmail } = faults;
  if (!openai || !github || !notion || !gmail) throw new Error('a provider has no proxy');
  return { openai, github, notion, gmail };
}

/** One request; a string body is sent as it is, anything else as JSON. */
export async function callApi(url: string, method: string, options: CallOptions = {}): Promise<ApiResponse> {
  const { body, headers = {}, token } = options;
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(typeof token === 'string' && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** Polls the log of an execution until it tells of its end: the event that writes it comes after the end of the run. */
export async function logOf({ call }: TestStack, executionId: string): Promise<ApiResponse['body']> {
  return until(async () => {
    const { status, body } = await call('GET', `/executions/${executionId}/log`);
    if (status === 200 && body.status !== 'running') return body;
    throw new Error(`no log of ${executionId}: ${JSON.stringify(body)}`);
  });
}

export interface Run {
  readonly id: string;
  readonly status: string;
  readonly input: unknown;
  readonly output: unknown;
}

/** The runs of a workflow that have ended, once there are so many. */
export async function endedRuns(
  call: TestStack['call'],
  workflowId: string,
  count: number,
): Promise<readonly Run[]> {
  return until(async () => {
    const { body } = await call('GET', `/executions?workflow_id=${workflowId}`);
    const ids: string[] = body.items.map(({ id }: Run) => id);
    const all = await Promise.all(
      ids.map(async (id) => (await call('GET', `/executions/${id}`)).body as Run),
    );
    const ended = all.filter(({ status }) => status !== 'running');
    if (ended.length >= count) return ended;
    throw new Error(`${ended.length} runs of ${workflowId} ended, not ${count}`);
  });
}
