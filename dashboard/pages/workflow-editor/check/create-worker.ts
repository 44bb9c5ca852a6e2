// Starts the worker that checks. Its address is the only one that the page's policy lets become a script of its own.
import address from './check.worker.ts?worker&url';

/** The part of the Trusted Types API that is used, which TypeScript's DOM does not have. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes;
  }
}

/** Made once: the page may have one policy of the name. */
let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

export function createWorker(): Worker {
  policy ??= window.trustedTypes?.createPolicy('compiler-worker', { createScriptURL: () => address });
  return new Worker(policy?.createScriptURL(address) ?? address, { type: 'module' });
}
