// Waits in tests for what happens in its own time: looks again and again, and tells what it saw last.
import { vi } from 'vitest';

/**
 * What a look gives, once it neither throws nor rejects. Its limit is for what never happens, not for what is slow; it
 * is below a test's own, so that the look's last error is what the test fails with.
 */
export function until<Found>(look: () => Promise<Found>): Promise<Found> {
  return vi.waitFor(look, { timeout: 90_000, interval: 20 });
}
