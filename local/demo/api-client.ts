// A small client of the API: JSON in, JSON out, problem details as errors.
import * as z from 'zod';

const problem = z.looseObject({ title: z.string().optional(), detail: z.string().optional() });
const login = z.object({ access_token: z.string(), expires_in: z.number() });

export interface ApiResult {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export class ApiClient {
  readonly #baseUrl: string;
  #token: string | undefined;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** Logs in; every later request carries the access token. */
  async logIn(userId: string, password: string): Promise<z.infer<typeof login>> {
    const { body } = await this.send('POST', '/auth/login', { user_id: userId, password });
    const tokens = login.parse(body);
    this.#token = tokens.access_token;
    return tokens;
  }

  /** @throws Error with the problem's title and detail when the API answers 4xx or 5xx */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiResult> {
    const response = await fetch(this.#baseUrl + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const result = {
      status: response.status,
      headers: response.headers,
      body: text ? JSON.parse(text) : undefined,
    };
    if (response.ok) return result;
    const { title, detail } = problem.parse(result.body ?? {});
    throw new Error(
      `${method} ${path} answered ${response.status}: ${[title, detail].filter(Boolean).join('. ')}`,
    );
  }
}
