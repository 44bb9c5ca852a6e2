// A refusal of OpenAI's.

/** Message, parameter and code of a refusal. */
export type Refusal = readonly [message: string, param: string | null, code: string | null];
