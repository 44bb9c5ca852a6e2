// Why a delivery was refused, in words that say what to look at.
import type { AnswerBody } from '../../api/routes.ts';

type Reason = AnswerBody<'GET /hooks/{id}/refusals'>['items'][number]['reason'];

export const refusalWords: Readonly<Record<Reason, string>> = {
  unknown: 'No workflow had this webhook then',
  disabled: 'The webhook was off',
  no_secret: 'Its connection is missing, or holds no secret',
  wrong_signature: 'The signature or token is wrong, or was not sent: compare the secrets',
  too_late: 'The time of sending is too far from that of its arrival: an old delivery, or a wrong clock',
  not_utf8: 'It has bytes that are not UTF-8',
  too_large: 'It is larger than an input may be, 256 KB',
  invalid_json: 'It is nested too deep, or has a number that cannot be kept',
};
