// The icon list-indent-increase of Lucide.
import { icon } from './icon.ts';

export default icon([
  ['path', { d: 'M21 5H11' }],
  ['path', { d: 'M21 12H11' }],
  ['path', { d: 'M21 19H11' }],
  ['path', { d: 'm3 8 4 4-4 4' }],
]);
