// The providers of actions and connections, by the name that people know.

const names: Readonly<Record<string, string>> = {
  github: 'GitHub',
  gmail: 'Gmail',
  google: 'Google',
  http: 'HTTP',
  notion: 'Notion',
  openai: 'OpenAI',
  webhook: 'Webhook',
};

/** Of one that is not known here: as it is written. */
export const providerName = (provider: string): string => names[provider] ?? provider;
