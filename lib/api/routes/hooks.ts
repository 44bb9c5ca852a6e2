// The routes of webhooks. That of a delivery needs no access token: the delivery is verified with the webhook's own secret.
import * as z from 'zod';
import { pageQuery } from '../../schemas/common.ts';
import { hookParams, received, refusalList, refusalsQuery, webhookPage } from '../../schemas/hooks.ts';
import type { Route } from './route.ts';

/** The function that saves workflows serves it: what it lists is theirs. */
export const webhookRoutes = [
  {
    operation: 'listWebhooks',
    method: 'GET',
    path: '/hooks',
    function: 'workflows',
    role: 'viewer',
    tag: 'webhooks',
    summary: 'Lists the webhooks of all workflows, without their secrets',
    description: 'A page has the webhooks of `limit` workflows, which may be fewer or more than `limit`.',
    query: pageQuery,
    answers: { 200: { description: 'Webhooks in the order of their workflows', body: webhookPage } },
    problems: [],
  },
] as const satisfies readonly Route[];

export const hookRoutes = [
  {
    operation: 'receiveWebhook',
    method: 'POST',
    path: '/hooks/{id}',
    function: 'hooks',
    role: null,
    tag: 'webhooks',
    summary: 'Starts the workflow that a webhook belongs to',
    description:
      'What is sent, of any media type, must be signed as the workflow’s trigger says. The same delivery, however often it is sent, starts one execution.',
    params: hookParams,
    // A sender may add parameters of its own, which are ignored.
    query: z.looseObject({}),
    raw: true,
    answers: {
      202: { description: 'An execution was started, now or by an earlier try', body: received },
      200: {
        description:
          'The answer to a handshake, which starts nothing: GitHub’s ping, Slack’s `url_verification`, Zoom’s `endpoint.url_validation`. Without a text: a delivery of Slack, which takes no other answer',
        contentType: 'text/plain; charset=utf-8',
        body: z.string(),
        headers: { 'content-type': 'JSON for Zoom, text for the others' },
      },
    },
    problems: ['delivery-refused', 'delivery-not-utf8', 'body-too-large', 'invalid-json'],
  },
  {
    operation: 'listRefusals',
    method: 'GET',
    path: '/hooks/{id}/refusals',
    function: 'hooks',
    role: 'viewer',
    tag: 'webhooks',
    summary: 'Lists the latest deliveries to a webhook that were refused, and why',
    description:
      'For two weeks. Anybody can send to an address, so that no more than ten a minute are kept, and neither the body, the headers nor the signature. Deliveries that were accepted are executions: `GET /executions?trigger=webhook`.',
    params: hookParams,
    query: refusalsQuery,
    answers: { 200: { description: 'Refused deliveries, the latest first', body: refusalList } },
    problems: [],
  },
] as const satisfies readonly Route[];
