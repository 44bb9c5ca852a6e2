// Which names are time zones.
import { expect, test } from 'vitest';
import { isTimeZone } from './time-zone.ts';

test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('%s is one', (zone) => {
  expect(isTimeZone(zone)).toBe(true);
});

// Intl takes offsets for time zones, and EventBridge Scheduler does not.
test.each(['+01:00', '-0500', '+01', 'Mars/Olympus', 'Berlin', ''])('%j is none', (zone) => {
  expect(isTimeZone(zone)).toBe(false);
});
