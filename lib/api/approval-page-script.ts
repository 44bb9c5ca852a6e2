// The script of the page on which a person decides an approval.
import type { Approval } from '../stores/approval-record.ts';

/** The part of a DOM element that the script uses; the project is typed for Node, without the DOM. */
interface PageElement {
  textContent: string | null;
  hidden: boolean;
  /** For fields. */
  value: string;
  /** For buttons. */
  disabled: boolean;
  focus(): void;
  addEventListener(type: string, listener: (event: { preventDefault(): void }) => void): void;
}

/** The part of a browser's window that the script uses. */
interface Browser {
  readonly document: {
    getElementById(id: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
  };
  readonly location: { readonly pathname: string };
}

/** A response of the API: an approval, tokens or a problem, depending on the status. */
interface Answer {
  readonly status: number;
  readonly body: Partial<Approval> & { readonly access_token?: string; readonly detail?: string };
}

/**
 * Logs in, shows the approval, sends the decision. The access token is kept in a variable and nowhere else.
 * The page embeds the source text of this function, so that all of the script has to be within it: it is longer than others.
 */
export function decide({ document, location }: Browser): void {
  function element(id: string): PageElement {
    const found = document.getElementById(id);
    if (!found) throw new TypeError(`The page has no ${id}`);
    return found;
  }
  /** The page is at …/approvals/<id>/page, wherever the API's root is. */
  const [, root = '', id = ''] = /^(.*)\/approvals\/([^/]+)\/page$/.exec(location.pathname) ?? [];
  let token = '';

  async function call(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(root + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      cache: 'no-store',
      redirect: 'error',
      credentials: 'omit',
    });
    // As the API describes it.
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  /** `1 December 2026 at 04:36 CET` */
  function date(text: string | null): string {
    if (text === null) return '';
    const day = { day: 'numeric', month: 'long', year: 'numeric' } as const;
    const time = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
    return new Date(text).toLocaleString([], { ...day, ...time });
  }

  /**
   * Lines as people write them, `amount: 12`, with what is within a value further in: a text of several lines cannot pass
   * for further fields.
   */
  function lines(value: unknown, indent: string): string {
    if (typeof value !== 'object' || value === null)
      return String(value).replace(/\r\n|[\n\v\f\r\x85\u2028\u2029]/g, `\n${indent}`);
    const entries = Object.entries(value);
    if (entries.length === 0) return Array.isArray(value) ? '[]' : '{}';
    const written = entries.map(([name, one]) => {
      const key = Array.isArray(value) ? `[${name}]` : name.replace(/\s+/g, ' ');
      const isNested = typeof one === 'object' && one !== null && Object.keys(one).length > 0;
      return `${key}:${isNested ? `\n${indent}  ` : ' '}${lines(one, `${indent}  `)}`;
    });
    return written.join(`\n${indent}`);
  }

  function show(ids: readonly string[]): void {
    for (const part of ['login', 'request', 'decision', 'again']) element(part).hidden = !ids.includes(part);
  }

  function say(message: string, isError = false): void {
    element('status').textContent = isError ? '' : message;
    element('error').textContent = isError ? message : '';
    element('error').hidden = !isError;
    // On a small screen the pressed button is far below the message.
    if (isError) element('error').focus();
  }

  function outcome({ status, on_timeout, decided_by, decided_at, comment }: Approval): string {
    if (status === 'approved' || status === 'rejected') {
      const by = `${status === 'approved' ? 'Approved' : 'Rejected'} by ${decided_by}, ${date(decided_at)}.`;
      return comment === null ? by : `${by} “${comment}”`;
    }
    if (status === 'closed') return 'The run ended before anybody decided.';
    if (status === 'pending') return '';
    const then = {
      fail: 'and the step failed',
      approve: 'and the run continued as if approved',
      reject: 'and the run continued as if rejected',
    };
    return `Nobody decided in time, ${then[on_timeout]}.`;
  }

  function present(approval: Approval): void {
    const { message, details, status } = approval;
    element('message').textContent = message;
    element('details').hidden = details === null;
    element('details').textContent = lines(details, '');
    element('workflow').textContent = `${approval.workflow_id}, step ${approval.step_id}`;
    element('requested').textContent = date(approval.requested_at);
    element('expires').textContent = date(approval.expires_at);
    element('role').textContent = approval.role === 'admin' ? 'an admin' : 'an editor or admin';
    const isPending = status === 'pending';
    element('title').textContent = isPending ? 'A decision is needed' : 'No decision is needed any more';
    show(isPending ? ['request', 'decision'] : ['request']);
    say(outcome(approval));
    element(isPending ? 'message' : 'status').focus();
  }

  /** Shows what went wrong, and the login again when it has expired. */
  function explain({ status, body }: Answer, fallback: string): void {
    if (status === 401) {
      token = '';
      show(['login']);
      say('The login has expired. Log in again.', true);
      element('password').focus();
    } else say(body.detail ?? fallback, true);
  }

  async function load(): Promise<void> {
    const answer = await call('GET', `/approvals/${id}`);
    if (answer.status === 200) return present(answer.body as Approval);
    show(['again']);
    explain(answer, 'The request cannot be shown. Try again.');
    if (answer.status === 404)
      say(
        'There is no such request, or not yet: the message with the link may arrive a moment before it. Try again.',
        true,
      );
  }

  async function logIn(): Promise<void> {
    const credentials = { user_id: element('user').value, password: element('password').value };
    const { status, body } = await call('POST', '/auth/login', credentials);
    element('password').value = '';
    if (status === 200) {
      token = body.access_token ?? '';
      return load();
    }
    say(status === 401 ? 'The user or the password is wrong.' : (body.detail ?? 'Try again.'), true);
    element('password').focus();
  }

  async function send(decision: string): Promise<void> {
    const comment = element('comment').value;
    const answer = await call('POST', `/approvals/${id}`, { decision, ...(comment && { comment }) });
    if (answer.status === 200) return present(answer.body as Approval);
    if (answer.status !== 409) return explain(answer, 'The decision could not be sent. Try again.');
    await load();
    say(answer.body.detail ?? '', true);
  }

  /** One request at a time: the buttons are disabled meanwhile. */
  async function busy(work: () => Promise<void>): Promise<void> {
    const buttons = [...document.querySelectorAll('button')];
    for (const button of buttons) button.disabled = true;
    say('One moment …');
    try {
      await work();
    } catch {
      say('The server cannot be reached. Try again.', true);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  element('login').addEventListener('submit', (event) => {
    event.preventDefault();
    void busy(logIn);
  });
  element('again').addEventListener('click', () => void busy(load));
  for (const decision of ['approve', 'reject'])
    element(decision).addEventListener('click', () => void busy(() => send(decision)));
  show(['login']);
  element('user').focus();
}
