// Runs a script on Node 24: `node infrastructure/node24.mjs <script> [arguments]`.
import { runOnNode24 } from './run-on-node24.mjs';

runOnNode24(process.argv.slice(2));
