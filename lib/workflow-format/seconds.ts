// Time limits and intervals of a workflow, in seconds.
import * as z from 'zod';

/** A year in seconds, less than Step Functions' bound for intervals (31,622,400). */
const MAX_SECONDS = 31_536_000;
export const seconds = z.int().min(1).max(MAX_SECONDS);
