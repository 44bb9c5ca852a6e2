// How the deliveries to a webhook are verified, by the name that people know.
import type { AnswerBody } from '../api/routes.ts';

type Verify = AnswerBody<'GET /hooks'>['items'][number]['webhook']['verify'];

const names: Readonly<Record<Verify, string>> = {
  github: 'GitHub',
  notion: 'Notion',
  slack: 'Slack',
  stripe: 'Stripe',
  zoom: 'Zoom',
  standard_webhooks: 'Standard Webhooks',
  hmac: 'HMAC-SHA256',
  token: 'Token',
};

export const verifyName = (verify: Verify): string => names[verify];
