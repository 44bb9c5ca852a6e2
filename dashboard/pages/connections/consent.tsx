// Connecting by consent: what is asked for at the provider, and the way there.
import { request } from '../../api/request.ts';
import { SelectField, TextField } from '../../design-system/field.tsx';
import { safeAddress } from '../../design-system/safe-address.ts';
import type { Provider } from './connection-words.ts';
import { shortScope } from './connection-words.ts';

export type ConsentProvider = Extract<Provider, 'google' | 'notion' | 'github'>;

export const consentNames: Readonly<Record<ConsentProvider, string>> = {
  google: 'Google',
  notion: 'Notion',
  github: 'GitHub',
};

export function givesConsent(provider: Provider): provider is ConsentProvider {
  return Object.hasOwn(consentNames, provider);
}

export interface Consent {
  readonly id: string;
  readonly label?: string | undefined;
  /** Their ids, with commas between. */
  readonly workflows?: string | undefined;
  /** Of Google: with spaces between. */
  readonly scope: string;
  /** At GitHub. */
  readonly account: string;
}

const gmail = (name: string) => `https://www.googleapis.com/auth/gmail.${name}`;

const googleScopes = [
  { value: gmail('modify'), label: 'Read, change, draft and send mails' },
  { value: gmail('readonly'), label: 'Read mails' },
  { value: gmail('compose'), label: 'Draft and send mails' },
  { value: gmail('send'), label: 'Send mails' },
];
export const EVERYTHING = gmail('modify');

const words: Readonly<Record<ConsentProvider, string>> = {
  google:
    'Google asks which mailbox, and what workflows may do with it. What was granted before stays granted.',
  notion: 'Notion asks which pages workflows may use.',
  github:
    'A GitHub App acts, with the repositories that it is installed for. It is installed on the way, where it is not yet.',
};

/** @param wanted scopes that a link asks for, instead of a choice */
export function ConsentFields({
  provider,
  wanted,
  scope,
  account,
  onChange,
}: {
  readonly provider: ConsentProvider;
  readonly wanted: string;
  readonly scope: string;
  readonly account: string;
  onChange(changes: Partial<Pick<Consent, 'scope' | 'account'>>): void;
}) {
  return (
    <>
      <p className="meta">{words[provider]}</p>
      {provider === 'google' && wanted !== '' && (
        <p>Asked for: {wanted.split(' ').map(shortScope).join(', ')}</p>
      )}
      {provider === 'google' && wanted === '' && (
        <SelectField
          label="What workflows may do"
          value={scope}
          options={googleScopes}
          onChange={({ target }) => onChange({ scope: target.value })}
        />
      )}
      {provider === 'github' && (
        <TextField
          label="Account at GitHub"
          hint="The user or organization, when the App is installed for several."
          value={account}
          autoComplete="off"
          onChange={({ target }) => onChange({ account: target.value })}
        />
      )}
    </>
  );
}

/** Leaves the dashboard for the provider, which leads back to the page Connections. */
export async function goForConsent(provider: ConsentProvider, consent: Consent): Promise<void> {
  const { body } = await begin(provider, consent);
  const address = safeAddress(body.authorize_url);
  if (address === undefined) throw new Error('The address of the provider is none that can be opened');
  location.assign(address);
}

function begin(provider: ConsentProvider, { id, label, workflows, scope, account }: Consent) {
  const query = { id, label: label || undefined, workflows: workflows || undefined };
  switch (provider) {
    case 'google':
      return request('GET /connections/google/authorize', { query: { ...query, scope: scope || undefined } });
    case 'notion':
      return request('GET /connections/notion/authorize', { query });
    case 'github':
      return request('GET /connections/github/authorize', {
        query: { ...query, account: account.trim() || undefined },
      });
  }
}
