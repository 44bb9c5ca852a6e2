// A request whose headers are sent as they are: fetch sets Host and others itself.
import { request } from 'node:http';

/** @param body sent after the headers; without one only these are sent, and the answer is waited for */
export function rawRequest(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, text });
        outgoing.destroy();
      });
    });
    outgoing.on('error', reject);
    if (body === undefined) outgoing.flushHeaders();
    else outgoing.end(body);
  });
}
