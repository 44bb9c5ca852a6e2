// Versions and aliases of state machines, which moto lacks, in front of moto's API; everything else is passed on.
import { createServer } from 'node:http';
import * as z from 'zod';
import { close, listen } from '../../local/shared/http-server.ts';

const body = z.looseObject({
  publish: z.boolean().optional(),
  name: z.string().optional(),
  stateMachineArn: z.string().optional(),
  stateMachineAliasArn: z.string().optional(),
  routingConfiguration: z.array(z.looseObject({ stateMachineVersionArn: z.string() })).optional(),
});
type Body = z.output<typeof body>;

const saved = z.looseObject({ stateMachineArn: z.string().optional() });

/** An address that takes AWS requests as moto does at `target`, with aliases. */
export async function createAliasProxy(target: string): Promise<{ url: string; close(): Promise<void> }> {
  const routes = new Map<string, Body['routingConfiguration']>();
  let versions = 0;

  /** The answer to an operation on aliases or versions; undefined for every other. */
  const aliasAnswer = (operation: string, request: Body): object | 'missing' | undefined => {
    const { name, stateMachineAliasArn = '', routingConfiguration } = request;
    const known = routes.has(stateMachineAliasArn);
    switch (operation) {
      case 'CreateStateMachineAlias': {
        const version = routingConfiguration?.[0]?.stateMachineVersionArn ?? '';
        const created = version.replace(/:\d+$/, `:${name}`);
        routes.set(created, routingConfiguration);
        return { stateMachineAliasArn: created, creationDate: 1 };
      }
      case 'UpdateStateMachineAlias':
        if (known) routes.set(stateMachineAliasArn, routingConfiguration);
        return known ? { updateDate: 1 } : 'missing';
      case 'DescribeStateMachineAlias':
        return known
          ? { stateMachineAliasArn, routingConfiguration: routes.get(stateMachineAliasArn) }
          : 'missing';
      case 'DeleteStateMachineAlias':
        return routes.delete(stateMachineAliasArn) ? {} : 'missing';
      case 'DeleteStateMachineVersion':
        return {};
      default:
        return undefined;
    }
  };

  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const [service, operation = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.');
    const states = service === 'AWSStepFunctions';
    const request: Body = states ? body.parse(JSON.parse(Buffer.concat(chunks).toString() || '{}')) : {};
    const answer = states ? aliasAnswer(operation, request) : undefined;
    if (answer !== undefined) {
      const missing = { __type: 'ResourceNotFound', message: 'There is no such alias' };
      response.writeHead(answer === 'missing' ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(answer === 'missing' ? missing : answer));
      return;
    }
    // moto knows the state machine alone, whichever version or alias is meant.
    const { stateMachineArn } = request;
    const unqualified = stateMachineArn?.replace(/:(\d+|live)$/, '');
    const sent = states
      ? Buffer.from(JSON.stringify({ ...request, ...(unqualified && { stateMachineArn: unqualified }) }))
      : Buffer.concat(chunks);
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (/^(connection|transfer-encoding|expect|content-length)$/.test(name)) continue;
      headers.set(name, String(value));
    }
    const { method = 'GET', url = '/' } = incoming;
    const answered = await fetch(target + url, { method, headers, ...(sent.length > 0 && { body: sent }) });
    let text = Buffer.from(await answered.arrayBuffer());
    if (request.publish === true && answered.ok) {
      const machine = saved.parse(JSON.parse(text.toString()));
      versions += 1;
      const stateMachineVersionArn = `${machine.stateMachineArn ?? unqualified}:${versions}`;
      text = Buffer.from(JSON.stringify({ ...machine, stateMachineVersionArn }));
    }
    const given = Object.fromEntries(answered.headers);
    for (const name of ['content-encoding', 'transfer-encoding', 'connection']) delete given[name];
    if (method !== 'HEAD') given['content-length'] = String(text.length);
    response.writeHead(answered.status, given);
    response.end(text);
  });
  const url = await listen(server, 0);
  return { url, close: () => close(server) };
}
