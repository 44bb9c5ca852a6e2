// Requests that OpenAI refuses and aimock would answer: without a key, without a parameter, with settings that the
// model does not take, with invalid tools.
import { checkSettings } from './model-refusals.ts';
import { checkResponses } from './responses/refusals.ts';
import { openaiKey } from './seed.ts';
import { checkToolChoice, checkToolMessages, checkTools } from './tool-refusals.ts';

export function refuse(request: Request, body: Buffer): Response | undefined {
  return refuseKey(request) ?? refuseBody(request, body);
}

function refusal(status: number, message: string, param: string | null, code: string | null): Response {
  return Response.json({ error: { message, type: 'invalid_request_error', param, code } }, { status });
}

function refuseKey(request: Request): Response | undefined {
  const key = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (key === openaiKey) return undefined;
  return key === undefined
    ? refusal(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
          '(i.e. Authorization: Bearer YOUR_KEY).',
        null,
        null,
      )
    : refusal(
        401,
        `Incorrect API key provided: ${mask(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
        null,
        'invalid_api_key',
      );
}

/** Requests without the parameters that OpenAI requires. */
function refuseBody(request: Request, body: Buffer): Response | undefined {
  const { pathname } = new URL(request.url);
  const input = { '/v1/chat/completions': 'messages', '/v1/responses': 'input' }[pathname];
  if (input === undefined || request.method !== 'POST') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    return refusal(
      400,
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library " +
        'correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)',
      null,
      null,
    );
  }
  const fields: Record<string, unknown> = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  if (typeof fields['model'] !== 'string' || fields['model'] === '') {
    return refusal(400, 'you must provide a model parameter', null, null);
  }
  if (fields[input] === undefined) {
    return refusal(400, `Missing required parameter: '${input}'.`, input, 'missing_required_parameter');
  }
  if (Array.isArray(fields[input]) && fields[input].length === 0) {
    return refusal(
      400,
      `Invalid '${input}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      input,
      'empty_array',
    );
  }
  if (pathname === '/v1/responses') {
    const problem = checkResponses(fields);
    return problem && refusal(problem[0].startsWith('Item with id') ? 404 : 400, ...problem);
  }
  const { tools, tool_choice: choice, messages } = fields;
  const problem =
    checkSettings(fields) ??
    checkTools(tools) ??
    checkToolChoice(choice, tools) ??
    checkToolMessages(messages);
  return problem && refusal(400, ...problem);
}

/** A key's ends, as OpenAI shows a wrong one. */
function mask(key: string): string {
  return key.length < 12
    ? '*'.repeat(key.length)
    : `${key.slice(0, 4)}${'*'.repeat(key.length - 8)}${key.slice(-4)}`;
}
