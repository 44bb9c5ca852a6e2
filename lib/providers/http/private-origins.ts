// Servers that are not on the public internet and are called all the same, because the installation says so.
import { setting } from '../../config.ts';

/** The origins (`http://127.0.0.1:8080`) of the setting HTTP_PRIVATE_ORIGINS. */
export function privateOrigins(): ReadonlySet<string> {
  return new Set(
    setting('HTTP_PRIVATE_ORIGINS')
      .split(/[\s,]+/)
      .filter((text) => URL.canParse(text))
      .map((text) => new URL(text).origin),
  );
}
