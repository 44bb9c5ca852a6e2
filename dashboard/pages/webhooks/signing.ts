// How a delivery to a webhook is signed: where a known service wants address and secret, or a command that signs one; and
// the commands that store the secret.
import type { AnswerBody } from '../../api/routes.ts';

export type Webhook = AnswerBody<'GET /hooks'>['items'][number];

/** Where the address goes, and which of the sender's secrets the connection has to hold. */
export function steps({ id, webhook, connection, parameter }: Webhook): readonly string[] {
  switch (webhook.verify) {
    // https://docs.github.com/webhooks/using-webhooks/creating-webhooks
    case 'github':
      return [
        'In the repository or organization: Settings, Webhooks, Add webhook. The address is the Payload URL.',
        'Choose the content type application/json.',
        `Make up a Secret, and store it in the connection ${connection}.`,
      ];
    // https://developers.notion.com/reference/webhooks
    case 'notion':
      return [
        'In the settings of the Notion connection: Webhooks, Create a subscription. The address is the Webhook URL.',
        `Notion then sends a verification token. As long as ${connection} holds no secret, it is kept in the parameter ${verificationParameter(id, parameter)}: aws ssm get-parameter --with-decryption --name … shows it.`,
        `Paste it at Notion to verify the subscription, and store it as the secret of the connection ${connection}.`,
      ];
    // https://api.slack.com/authentication/verifying-requests-from-slack
    case 'slack':
      return [
        'In the app’s settings, the address is the Request URL of Event Subscriptions, Slash Commands or Interactivity.',
        `The secret in the connection ${connection} is the Signing Secret of Basic Information.`,
      ];
    // https://docs.stripe.com/webhooks
    case 'stripe':
      return [
        'In the Dashboard’s Workbench, Webhooks: add a destination with the address as its endpoint URL.',
        `The secret in the connection ${connection} is the endpoint’s signing secret, whsec_….`,
      ];
    // https://developers.zoom.us/docs/api/webhooks/
    case 'zoom':
      return [
        'In the app’s Event Subscriptions, the address is the Event notification endpoint URL.',
        `The secret in the connection ${connection} is the app’s Secret Token.`,
      ];
    case 'standard_webhooks':
      return [
        'Give the address to the sender (OpenAI, Svix, Resend, Clerk and others) as the endpoint.',
        `The secret in the connection ${connection} is the one that it shows, whsec_….`,
      ];
    case 'hmac':
      return [`The sender signs the body with the secret of the connection ${connection}:`];
    case 'token':
      return [`The sender sends the secret of the connection ${connection} itself:`];
  }
}

/** @param parameter that of the webhook's connection */
function verificationParameter(id: string, parameter: string): string {
  return `${parameter.slice(0, parameter.indexOf('/connections/'))}/connection-tokens/webhook/${id}`;
}

/**
 * A command for a shell that sends a signed delivery, with the secret in SECRET; undefined for services that sign by
 * themselves. What comes from the workflow is quoted: a header's name may hold `$` and backticks.
 */
export function example({ webhook }: Webhook, address: string): string | undefined {
  if (webhook.verify === 'token') {
    const header = webhook.header === undefined ? 'authorization: Bearer ' : `${webhook.header}: `;
    return [BODY, curl(address, [`${quoted(header)}"$SECRET"`])].join('\n');
  }
  if (webhook.verify !== 'hmac') return undefined;
  const { header, prefix = '', encoding = 'hex', timestamp, signed } = webhook;
  const template = signed ?? (timestamp ? '{timestamp}.{body}' : '{body}');
  const text = template
    .split(/(\{timestamp\}|\{body\})/)
    .map((part) =>
      part === '{body}' ? '"$BODY"' : part === '{timestamp}' ? '"$TIME"' : part && quoted(part),
    )
    .join('');
  const digest =
    encoding === 'base64'
      ? 'openssl dgst -sha256 -hmac "$SECRET" -binary | base64'
      : 'openssl dgst -sha256 -hmac "$SECRET" -r | cut -d" " -f1';
  const signature = `${quoted(prefix)}"$SIGNATURE"`;
  const time = timestamp && `${quoted(timestamp.prefix ?? '')}"$TIME"`;
  const isOne = timestamp?.header.toLowerCase() === header.toLowerCase();
  const headers = isOne
    ? [`${quoted(`${header}: `)}${time},${signature}`]
    : [
        `${quoted(`${header}: `)}${signature}`,
        ...(timestamp ? [`${quoted(`${timestamp.header}: `)}${time}`] : []),
      ];
  return [
    BODY,
    ...(timestamp ? ['TIME=$(date +%s)'] : []),
    `SIGNATURE=$(printf '%s' ${text} | ${digest})`,
    curl(address, headers),
  ].join('\n');
}

/** The stack on a laptop, whose AWS endpoint is not that of AWS (docs/laptop.md). */
const LAPTOP = '/ai-orchestra/local/';
const LAPTOP_CREDENTIALS = 'AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local';

export const isOnLaptop = ({ parameter }: Pick<Webhook, 'parameter'>): boolean =>
  parameter.startsWith(LAPTOP);

/** Commands for a shell that store the secret, which is typed into a file that only its owner reads (docs/deploy.md). */
export function storing(webhook: Pick<Webhook, 'parameter'>): string {
  const isLocal = isOnLaptop(webhook);
  return [
    '(umask 077; cat > connection.json)   # paste {"secret":"…"}, then Enter and Ctrl-D',
    ...(isLocal ? [`export ${LAPTOP_CREDENTIALS}`] : []),
    `aws ssm put-parameter ${isLocal ? '--endpoint-url http://127.0.0.1:4566 ' : ''}--type SecureString --overwrite \\`,
    `  --name ${quoted(webhook.parameter)} --value file://connection.json`,
    'rm connection.json',
  ].join('\n');
}

const BODY = `BODY='{"hello":"world"}'`;

function curl(address: string, headers: readonly string[]): string {
  return [
    `curl ${quoted(address)}`,
    `-H 'content-type: application/json'`,
    ...headers.map((header) => `-H ${header}`),
    '--data-raw "$BODY"',
  ].join(' \\\n  ');
}

/** As one word of a POSIX shell, in which nothing has a meaning. */
function quoted(text: string): string {
  return text === '' ? '' : `'${text.replaceAll("'", `'\\''`)}'`;
}
