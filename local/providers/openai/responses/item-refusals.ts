// Items of a Responses request that OpenAI refuses: of another form, out of order, or that only it could have made.
import { NAME } from '../rules/functions.ts';
import type { Refusal } from '../rules/refusal.ts';
import { isOwnReasoning } from './encrypted-reasoning.ts';
import { type Item, inputItem } from './request.ts';

/** The fields of each type of item (SDK, ResponseInputItem). */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  message: ['type', 'role', 'content', 'id', 'status', 'phase'],
  function_call: ['type', 'id', 'call_id', 'name', 'arguments', 'status', 'namespace', 'async', 'caller'],
  function_call_output: ['type', 'id', 'call_id', 'output', 'status', 'caller'],
  reasoning: ['type', 'id', 'summary', 'content', 'encrypted_content', 'status'],
};

/** @param stored whether OpenAI would keep the response: what it keeps nothing of, it cannot look up */
export function checkItems(given: unknown, stored: boolean): Refusal | undefined {
  if (!Array.isArray(given)) return undefined;
  const items: Item[] = [];
  for (const [index, item] of given.entries()) {
    const at = `input[${index}]`;
    const fields: Record<string, unknown> = typeof item === 'object' && item !== null ? item : {};
    const type = String(fields['type'] ?? 'message');
    const known = FIELDS[type];
    if (!known)
      return [
        `Invalid value: '${type}'. Supported values are: ${Object.keys(FIELDS)
          .map((name) => `'${name}'`)
          .join(', ')}.`,
        at,
        'invalid_value',
      ];
    const unknown = Object.keys(fields).find((name) => !known.includes(name));
    if (unknown !== undefined)
      return [`Unknown parameter: '${at}.${unknown}'.`, `${at}.${unknown}`, 'unknown_parameter'];
    const read = inputItem.safeParse(item);
    if (!read.success) {
      const name = String(read.error.issues[0]?.path[0] ?? '');
      return fields[name] === undefined
        ? [`Missing required parameter: '${at}.${name}'.`, `${at}.${name}`, 'missing_required_parameter']
        : [`Invalid type for '${at}.${name}'.`, `${at}.${name}`, 'invalid_type'];
    }
    const problem = checkItem(read.data, at, stored);
    if (problem) return problem;
    items.push(read.data);
  }
  return checkOrder(items);
}

function checkItem(item: Item, at: string, stored: boolean): Refusal | undefined {
  if (item.type === 'function_call' && !NAME.test(item.name))
    return [
      `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '${NAME.source}'.`,
      `${at}.name`,
      'invalid_value',
    ];
  if (item.type === 'message' && item.role === 'assistant' && Array.isArray(item.content)) {
    const wrong = item.content.findIndex(({ type }) => type !== 'output_text' && type !== 'refusal');
    if (wrong !== -1)
      return [
        `Invalid value: '${item.content[wrong]?.type}'. Supported values are: 'output_text' and 'refusal'.`,
        `${at}.content[${wrong}]`,
        'invalid_value',
      ];
  }
  if (item.type !== 'reasoning') return undefined;
  if (!item.encrypted_content)
    return [
      `Item with id '${item.id ?? ''}' not found.${stored ? '' : ' Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.'}`,
      'input',
      null,
    ];
  return isOwnReasoning(item.encrypted_content)
    ? undefined
    : [
        `The encrypted content ${shortened(item.encrypted_content)} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
        null,
        'invalid_encrypted_content',
      ];
}

/** Each result behind its call, each call with its result, and reasoning right before what it led to. */
function checkOrder(items: readonly Item[]): Refusal | undefined {
  const open = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (item.type === 'function_call') open.add(item.call_id);
    if (item.type === 'function_call_output' && !open.delete(item.call_id))
      return [`No tool call found for function call output with call_id ${item.call_id}.`, 'input', null];
    if (item.type !== 'reasoning') continue;
    const next = items.slice(index + 1).find(({ type }) => type !== 'reasoning');
    const isFollowed =
      next?.type === 'function_call' || (next?.type === 'message' && next.role === 'assistant');
    if (!isFollowed)
      return [
        `Item '${item.id ?? ''}' of type 'reasoning' was provided without its required following item.`,
        'input',
        null,
      ];
  }
  const [unanswered] = open;
  return unanswered === undefined
    ? undefined
    : [`No tool output found for function call ${unanswered}.`, 'input', null];
}

function shortened(text: string): string {
  return text.length > 12 ? `${text.slice(0, 4)}...${text.slice(-4)}` : text;
}
