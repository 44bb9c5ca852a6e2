// The icon list-indent-decrease of Lucide.
import { icon } from './icon.ts';

export default icon([
  ['path', { d: 'M21 5H11' }],
  ['path', { d: 'M21 12H11' }],
  ['path', { d: 'M21 19H11' }],
  ['path', { d: 'm7 8-4 4 4 4' }],
]);
