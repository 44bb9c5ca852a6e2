// Which files GitHub Actions runs: who writes one decides what GitHub executes, with the repository's secrets.

/**
 * Whether a path is, or could be taken for, a workflow or an action: `.github/workflows/…`, `.github/actions/…`, and
 * `action.yml` in any folder, which `uses: ./folder` and other repositories run
 * (https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax); in any case and spelling that a file system, Git or a decoder on the way reads as the same (see Git's `protectNTFS`,
 * `protectHFS`).
 */
export function isWorkflowFile(path: string): boolean {
  const segments: string[] = [];
  for (const segment of decoded(path)
    .normalize('NFKC')
    .split(/[\\/]+/)) {
    // File systems ignore invisible characters (HFS+) and what trails a name (NTFS), and are blind to case.
    const name = segment
      .replace(/[\p{Cf}\p{Cc}]/gu, '')
      .trim()
      .toLowerCase();
    if (name === '..') segments.pop();
    else if (/[^ .]/.test(name)) segments.push(name.replace(/(?<![ .])[ .]+$/, ''));
  }
  const [folder, kind = ''] = segments;
  if (folder === '.github' && ['workflows', 'actions'].includes(kind)) return true;
  return ['action.yml', 'action.yaml'].includes(segments.at(-1) ?? '');
}

/** Without percent-encoding, however often it was encoded. */
function decoded(path: string): string {
  let text = path;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/%[0-7][0-9a-f]/gi, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    );
  }
  return text;
}
