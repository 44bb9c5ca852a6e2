// A whole stack in a process of its own, so that a test can kill it. Its parent puts proxies before the providers:
// it is sent their settings, and answers with those to use; then it is sent where the API is.
import { once } from 'node:events';
import { startStack } from '../../local/stack.ts';

const stack = await startStack({
  home: process.env['ORCHESTRA_HOME'] ?? '',
  port: 0,
  awsPort: 0,
  seed: false,
  providerSettings: async (settings) => {
    process.send?.({ settings });
    const [replaced] = await once(process, 'message');
    return { ...settings, ...replaced };
  },
});
process.send?.({ apiUrl: stack.apiUrl });
