// GitHub on the laptop: the user `demo`, who works in the organisation `acme`.
import { startBuiltIn } from './built-in.ts';
import { githubToken } from './credentials.ts';
import type { EmulatedService } from './emulated-service.ts';
import { githubPage } from './github-pages.ts';
import { asIssue, searched } from './github-search.ts';
import { seedHandbook } from './github-seed.ts';

export const service: EmulatedService = {
  async start({ baseUrl }) {
    const emulator = await startBuiltIn('github', baseUrl, {
      tokens: { [githubToken]: { login: 'demo', scopes: ['repo', 'user', 'admin:repo_hook'] } },
      github: {
        users: [{ login: 'demo', name: 'Demo User', email: 'demo@acme.example', company: 'Acme' }],
        orgs: [{ login: 'acme', name: 'Acme', members: [{ login: 'demo', role: 'admin' }] }],
        repos: [
          { owner: 'acme', name: 'handbook', description: 'How we work at Acme', auto_init: false },
          { owner: 'demo', name: 'notes', description: 'Notes to myself', private: true },
        ],
      },
    });
    return {
      close: emulator.close,
      async fetch(request) {
        const { pathname } = new URL(request.url);
        const ask = async (path: string) => {
          const headers = { authorization: `Bearer ${githubToken}` };
          const answered = await emulator.fetch(new Request(baseUrl + path, { headers }));
          return answered.ok ? Object(await answered.json()) : undefined;
        };
        // Browsers send no token, clients of the API do.
        const browser = request.method === 'GET' && !request.headers.has('authorization');
        const own = browser
          ? await githubPage(pathname, ask)
          : ((await searched(request, ask)) ?? (await pullRequest(request, ask)));
        if (own) return own;
        const response = await emulator.fetch(request);
        return response.status < 400 ? response : withGithubsAddress(response);
      },
      authorization: () => `Bearer ${githubToken}`,
      /** Without a token the emulator itself tells what is public and what needs one; but it accepts any token. */
      refuse(request) {
        const authorization = request.headers.get('authorization');
        if (authorization === null) return undefined;
        const token = /^(?:bearer|token) (.+)$/i.exec(authorization)?.[1];
        if (token === githubToken) return undefined;
        return Response.json(
          { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
          { status: 401 },
        );
      },
    };
  },

  seed: seedHandbook,

  changesState: () => true,
};

/** Pull requests are issues too; the emulator has them apart. Undefined for any other request. */
async function pullRequest(request: Request, ask: (path: string) => Promise<unknown>) {
  const { pathname } = new URL(request.url);
  const path = /^\/repos\/[^/]+\/[^/]+\/issues\/\d+$/.exec(pathname)?.[0];
  if (path === undefined || request.method !== 'GET' || (await ask(path))) return undefined;
  const pull = await ask(path.replace('/issues/', '/pulls/'));
  return pull ? Response.json(asIssue(Object(pull))) : undefined;
}

/** Errors name where GitHub documents them, not where the emulator is documented. */
async function withGithubsAddress(response: Response): Promise<Response> {
  const body = (await response.text()).replaceAll(
    /https:\/\/emulate\.dev[\w/-]*/g,
    'https://docs.github.com/rest',
  );
  return new Response(body, response);
}
