// GitHub on the laptop: the user `demo`, who works in the organisation `acme`.
import { readFileSync } from 'node:fs';
import { startBuiltIn } from './built-in.ts';
import { githubToken } from './credentials.ts';
import type { EmulatedService } from './emulated-service.ts';
import { githubPage } from './github-pages.ts';

const HOUR = 3_600_000;
const files = ['README.md', 'docs/releasing.md', 'docs/on-call.md', 'docs/expenses.md'];
const issues = [
  {
    title: 'Describe how to roll back a release',
    body: 'Step 4 of docs/releasing.md says "roll back first" and not how. Last week it took us 20 minutes to find out.',
    labels: ['documentation'],
    hoursAgo: 170,
  },
  {
    title: 'On-call rota: who swaps with whom in December?',
    body: 'We need two volunteers for the week of the 21st.',
    labels: ['question'],
    hoursAgo: 52,
  },
  {
    title: 'Broken link to the expenses form',
    body: 'The form moved to the intranet, the old address answers 404.',
    labels: ['bug'],
    hoursAgo: 5,
  },
];

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
        const page = browser ? await githubPage(pathname, ask) : undefined;
        if (page) return page;
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

  async seed(send, seededAt) {
    const created = seededAt - 60 * 24 * HOUR;
    await send({
      method: 'PUT',
      path: '/repos/acme/handbook/collaborators/demo',
      body: { permission: 'admin' },
      at: created,
    });
    for (const [index, path] of files.entries()) {
      await send({
        method: 'PUT',
        path: `/repos/acme/handbook/contents/${path}`,
        body: {
          message: index === 0 ? 'Start the handbook' : `Add ${path}`,
          content: readFileSync(new URL(`./seed/handbook/${path}`, import.meta.url)).toString('base64'),
        },
        at: created + index * 26 * HOUR,
      });
    }
    for (const { hoursAgo, ...issue } of issues) {
      await send({
        method: 'POST',
        path: '/repos/acme/handbook/issues',
        body: issue,
        at: seededAt - hoursAgo * HOUR,
      });
    }
  },

  changesState: () => true,
};

/** Errors name where GitHub documents them, not where the emulator is documented. */
async function withGithubsAddress(response: Response): Promise<Response> {
  const body = (await response.text()).replaceAll(
    /https:\/\/emulate\.dev[\w/-]*/g,
    'https://docs.github.com/rest',
  );
  return new Response(body, response);
}
