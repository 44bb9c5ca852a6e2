// Answers of the Responses API, for tests that put them in place of the emulated model's.

/** @param calls of functions: a name and its arguments as JSON, and the id that the model gives the call */
export function modelAnswer(
  text: string | null,
  calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[] = [],
): { status: number; headers: Record<string, string>; body: string } {
  const message = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      object: 'response',
      status: 'completed',
      model: 'gpt-5.4-mini',
      output: [
        ...(text === null ? [] : [message]),
        ...calls.map(({ id, ...call }) => ({ type: 'function_call', call_id: id, ...call })),
      ],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    }),
  };
}
