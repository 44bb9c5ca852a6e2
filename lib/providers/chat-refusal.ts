// How OpenAI, and servers that follow it, refuse: in an answer with a status of failure, or within one of success.
import type { OrchestraError } from '../errors.ts';
import { isObject } from '../json.ts';
import { refused } from './provider-failure.ts';
import { type AskedWait, waitSeconds } from './provider-wait.ts';

/** The one element of a list, in which Gemini's compatible endpoint has its errors; else the value itself. */
export function onlyOf(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/** An error that rides on a status of success (OpenRouter, "Errors and debugging"), or on a choice. */
export function errorIn(holder: Record<string, unknown>): Record<string, unknown> | undefined {
  const { error, object } = holder;
  if (object === 'error' || error === true) return holder;
  if (typeof error === 'string') return error.trim() === '' ? undefined : { message: error };
  return isObject(error) && Object.keys(error).length > 0 ? error : undefined;
}

/**
 * An error that is the whole body: `{"code": …, "message": …}` (DashScope, vLLM before 0.10), `{"detail": …}` (FastAPI),
 * `{"errors": [{"code": …, "message": …}]}` (Cloudflare), `{"error_code": …, "error_msg": …}` (Baidu),
 * `{"base_resp": {"status_code": …, "status_msg": …}}` (MiniMax).
 */
export function bareError(body: Record<string, unknown>): Record<string, unknown> | undefined {
  const { errors, base_resp: inner } = body;
  const given = [Array.isArray(errors) ? errors[0] : errors, inner, body].find(isObject) ?? body;
  const words = ['message', 'msg', 'detail', 'error_msg', 'error_message', 'status_msg'].map(
    (name) => given[name],
  );
  const message = words.find((word) => typeof word === 'string' && word.trim() !== '');
  if (message === undefined) return undefined;
  const codes = ['code', 'status', 'error_code', 'status_code', 'statusCode', 'type'].map(
    (name) => given[name],
  );
  const minimax = isObject(inner) ? MINIMAX_STATUS[Number(inner['status_code'])] : undefined;
  const known = minimax ?? codes.find((code) => statusOf(code) !== undefined);
  return { message, code: known ?? codes.find((code) => typeof code === 'string') };
}

/** https://platform.minimax.io/docs/api-reference/errorcode */
const MINIMAX_STATUS: Readonly<Record<number, number>> = {
  1002: 429,
  1004: 401,
  1008: 402,
  1026: 400,
  1027: 400,
  1039: 429,
  1041: 429,
  2013: 400,
  2049: 401,
  2056: 429,
};

/** What the codes and types of OpenAI, and of servers that follow it, are as a status. */
const STATUS_OF: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  rate_limit_error: 429,
  rate_limit: 429,
  too_many_requests: 429,
  resource_exhausted: 429,
  insufficient_quota: 402,
  invalid_api_key: 401,
  authentication_error: 401,
  permission_error: 403,
  permission_denied: 403,
  model_not_found: 404,
  not_found: 404,
  not_found_error: 404,
  context_length_exceeded: 400,
  content_filter: 400,
  // Of a response that failed (SDK, ResponseError).
  invalid_prompt: 400,
  data_residency_mismatch: 400,
  bio_policy: 400,
  misalignment_policy_violation: 400,
  invalid_argument: 400,
  invalid_request_error: 400,
  server_error: 500,
  internal_server_error: 500,
  api_error: 500,
  overloaded_error: 503,
  // DashScope's (Alibaba Cloud Model Studio, "Error messages").
  throttling: 429,
  invalidapikey: 401,
  arrearage: 402,
  accessdenied: 403,
  modelnotfound: 404,
  invalidparameter: 400,
  datainspectionfailed: 400,
  internalerror: 500,
  serviceunavailable: 503,
};

/** Codes and types of an account that cannot pay (OpenAI, "Error codes"; one-api): waiting does not cure it. */
const unpaid =
  /^(?:insufficient_(?:user_)?quota|insufficient_balance(?:_error)?|billing_hard_limit_reached|billing_not_active|account_deactivated|access_terminated|arrearage)$/i;
/** The same as gateways in front of OpenAI pass it on. Gemini's limits by the minute have the words, and another address. */
const unpaidWords = /exceeded your current quota[\s\S]*platform\.openai\.com/i;
/** MiniMax and others say so with 429 or 500 (modelscope/modelscope#1691, MiniMax-AI/MiniMax-M2#62). */
const noBalance = /\binsufficient (?:account )?balance\b/i;
/** A request that alone is more than the limit of tokens by the minute: no wait makes it fit. */
const tooLarge = /^Request too large\b/i;

/**
 * The error that such a refusal is.
 * @param status that of the answer; undefined where it was one of success, and the refusal's own codes decide
 */
export function refusal(
  error: Record<string, unknown>,
  { status, ...asked }: Omit<AskedWait, 'message' | 'details'> & { readonly status?: number },
): OrchestraError {
  const { code, type, message, metadata, details } = error;
  const codes = [code, error['status'], type];
  const statuses = codes.map(statusOf).filter((known) => known !== undefined);
  // OpenRouter says "Provider returned error" and has the provider's own words beside it.
  const raw = isObject(metadata) && typeof metadata['raw'] === 'string' ? metadata['raw'] : '';
  const words = typeof message === 'string' ? message : JSON.stringify(message ?? error);
  // Without one: it is not known to be the request's fault.
  const told = status ?? statuses[0] ?? 500;
  return refused({
    provider: 'OpenAI',
    status: told,
    meaning: meaningOf(told, codes, words, details),
    message: `${words.toWellFormed()}${raw ? ` (${raw.slice(0, 500).toWellFormed()})` : ''}`,
    retryAfterSeconds:
      waitSeconds({ ...asked, message: `${words} ${raw}`, details }) ??
      waitSeconds({ headers: headersIn(metadata), message: '', details: undefined }),
  });
}

/** OpenRouter tells of its own limits there (Gitlawb/openclaude#936). */
function headersIn(metadata: unknown): Headers {
  const given = isObject(metadata) && isObject(metadata['headers']) ? metadata['headers'] : {};
  const headers = new Headers();
  for (const [name, value] of Object.entries(given))
    if (/^x-ratelimit-[a-z-]+$/i.test(name) && /^[\w.]+$/.test(String(value)))
      headers.set(name, String(value));
  return headers;
}

/** The status that decides, where it is not the one that was told. */
function meaningOf(
  status: number,
  codes: readonly unknown[],
  message: string,
  details: unknown,
): number | undefined {
  if (codes.some((code) => typeof code === 'string' && unpaid.test(code))) return 402;
  if (status === 429 && unpaidWords.test(message)) return 402;
  if ((status === 429 || status >= 500) && noBalance.test(message)) return 402;
  if (status === 429 && tooLarge.test(message)) return 413;
  // Gemini answers 400 to a key that is none (google.api.ErrorReason, API_KEY_INVALID).
  if (Array.isArray(details) && details.some((one) => isObject(one) && one['reason'] === 'API_KEY_INVALID'))
    return 401;
  // Groq's own: "Flex Tier Capacity Exceeded … try again later" (https://console.groq.com/docs/errors).
  return status === 498 ? 503 : undefined;
}

function statusOf(given: unknown): number | undefined {
  const number = Number(given);
  if (Number.isInteger(number)) return number >= 400 && number <= 599 ? number : undefined;
  if (typeof given !== 'string') return undefined;
  // Of `Throttling.RateQuota` what stands before the dot.
  const [general = ''] = given.toLowerCase().split('.');
  return STATUS_OF[given.toLowerCase()] ?? STATUS_OF[general];
}
