// What the emulated OpenAI starts with: one API key. It keeps nothing else.

/** The only key that the emulator accepts. */
export const openaiKey = 'emulated-openai-key';
