#!/usr/bin/env node
// What `npx orchestra` starts (`bin` in package.json): cli/main.ts on Node 24.
import { fileURLToPath } from 'node:url';
import { runOnNode24 } from '../infrastructure/run-on-node24.mjs';

runOnNode24([fileURLToPath(new URL('main.ts', import.meta.url)), ...process.argv.slice(2)]);
