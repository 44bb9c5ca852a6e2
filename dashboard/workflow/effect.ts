// Where the effect of a step can be looked at: the page at the provider that its output names.
import { safeAddress } from '../design-system/safe-address.ts';

export interface EffectPage {
  readonly address: string;
  /** `Open at github.com` */
  readonly label: string;
}

/**
 * @param output of a step or a run: providers call the address of what they made `url` or `html_url`, and workflows pass
 * it on as `page_url`, `issue_url`
 */
export function pageOfEffect(output: unknown): EffectPage | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const passedOn = Object.keys(output).filter((key) => key.endsWith('_url'));
  for (const key of new Set(['html_url', 'url', ...passedOn])) {
    const value: unknown = Reflect.get(output, key);
    const address = typeof value === 'string' ? safeAddress(value) : undefined;
    if (address !== undefined) return { address, label: `Open at ${hostOf(address)}` };
  }
  return undefined;
}

function hostOf(address: string): string {
  const { hostname, protocol } = new URL(address);
  return protocol === 'http:' ? 'the emulated provider' : hostname;
}
