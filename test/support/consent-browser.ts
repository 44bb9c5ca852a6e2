// A browser as far as an authorization needs one: it keeps cookies, follows redirects, and answers the consent pages of the
// emulated providers.

export interface Visit {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly headers: Headers;
}

export class ConsentBrowser {
  readonly #origin: string;
  readonly #token: string;
  /** Of the API alone: providers need none. */
  readonly cookies = new Map<string, string>();

  constructor(origin: string, token: string) {
    this.#origin = origin;
    this.#token = token;
  }

  /** Begins as the page Connections does. @returns the page of the provider */
  async begin(provider: string, query = ''): Promise<string> {
    const response = await fetch(`${this.#origin}/connections/${provider}/authorize${query}`, {
      headers: { authorization: `Bearer ${this.#token}`, cookie: this.cookie() },
    });
    this.#keep(response);
    const text = await response.text();
    if (response.status !== 200) throw new Error(text);
    return JSON.parse(text).authorize_url;
  }

  /** Begins, answers every page of the provider, and gives what the API's callback answers in the end. */
  async connect(provider: string, query = '', ...answers: string[]): Promise<Visit> {
    return this.through(await this.begin(provider, query), answers);
  }

  /** From a page of a provider to the callback's last answer. @param answers of the buttons; `allow` when none is left */
  async through(start: string, answers: readonly string[] = []): Promise<Visit> {
    let visit = await this.visit(start);
    for (const answer of [...answers, 'allow', 'allow', 'allow']) {
      if (!/<form method="post"/.test(visit.text)) return visit;
      visit = await this.decide(visit, answer);
    }
    return visit;
  }

  /** Follows redirects until a page, or one of the API's own that is no callback. */
  async visit(url: string, init: RequestInit = {}): Promise<Visit> {
    const isOwn = url.startsWith(this.#origin);
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html,*/*;q=0.8', ...(isOwn && { cookie: this.cookie() }) },
    });
    if (isOwn) this.#keep(response);
    const location = response.headers.get('location');
    const text = await response.text();
    if (location !== null && /^https?:/.test(location)) return this.visit(location);
    return { status: response.status, url, text, headers: response.headers };
  }

  /** Sends the form of a consent page; boxes stay as they are shown, but those that are named. */
  decide(page: Visit, answer: string, unticked: readonly string[] = []): Promise<Visit> {
    const form = new URLSearchParams({ answer });
    const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1] ?? '';
    for (const [, type, name = '', value = ''] of page.text.matchAll(
      /<input type="(hidden|checkbox)" name="([^"]+)" value="([^"]*)"/g,
    ))
      if (type === 'hidden' || !unticked.includes(value)) form.append(name, unescaped(value));
    return this.visit(new URL(action, page.url).href, { method: 'POST', body: form });
  }

  cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
