// The least that a server on node:http can do: reads {"n": 0}, adds 1 as often as asked, answers.
import { createServer } from 'node:http';
import { close, listen, readBody } from '../../../local/shared/http-server.ts';
import { serve } from './serve.ts';

const server = createServer(async (request, response) => {
  const body = await readBody(request, 1024);
  const steps = Number(request.url?.slice(1));
  let { n } = JSON.parse(String(body)) as { n: number }; // the load sends nothing else
  for (let step = 0; step < steps; step += 1) n += 1;
  const answer = JSON.stringify({ output: n });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
  response.end(answer);
});
serve({ url: await listen(server, 0) }, () => close(server));
