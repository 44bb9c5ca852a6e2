// Load over HTTP: one request after the other, or so many clients at a time, on connections that stay open.
import * as http from 'node:http';

export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Gives the answer's value. Throws when it is not what it should be. */
  check(status: number, body: string): Answer;
  /** The request that follows from the answer; both count as one. */
  next?(answer: Answer): Target;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the servers under measurement
export type Answer = any;

export interface Load {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Sends `requests` requests, `clients` at a time. */
export async function load(target: Target, clients: number, requests: number): Promise<Load> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  let left = requests;
  const client = async () => {
    while (left-- > 0) {
      const began = performance.now();
      for (let step: Target | undefined = target; step; ) {
        const { status, body } = await post(step, agent);
        const answer: Answer = step.check(status, body);
        step = step.next?.(answer);
      }
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { requests, seconds, perSecond: requests / seconds, p50: at(0.5), p99: at(0.99) };
}

function post({ url, headers, body }: Target, agent: http.Agent): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}
