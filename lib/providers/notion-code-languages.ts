// The languages of Notion's code blocks. It refuses a request that names another.

// biome-ignore format: a list of words
export const codeLanguages = [
  'abap', 'abc', 'agda', 'arduino', 'ascii art', 'assembly', 'bash', 'basic', 'bnf', 'c', 'c#', 'c++', 'clojure',
  'coffeescript', 'coq', 'css', 'dart', 'dhall', 'diff', 'docker', 'ebnf', 'elixir', 'elm', 'erlang', 'f#', 'flow',
  'fortran', 'gherkin', 'glsl', 'go', 'graphql', 'groovy', 'haskell', 'hcl', 'html', 'idris', 'java', 'javascript',
  'json', 'julia', 'kotlin', 'latex', 'less', 'lisp', 'livescript', 'llvm ir', 'lua', 'makefile', 'markdown', 'markup',
  'matlab', 'mathematica', 'mermaid', 'nix', 'notion formula', 'objective-c', 'ocaml', 'pascal', 'perl', 'php',
  'plain text', 'powershell', 'prolog', 'protobuf', 'purescript', 'python', 'r', 'racket', 'reason', 'ruby', 'rust',
  'sass', 'scala', 'scheme', 'scss', 'shell', 'smalltalk', 'solidity', 'sql', 'swift', 'toml', 'typescript', 'vb.net',
  'verilog', 'vhdl', 'visual basic', 'webassembly', 'xml', 'yaml', 'java/c/c++/c#',
] as const;
export type CodeLanguage = (typeof codeLanguages)[number];

/** Names that people write after a fence (those of GitHub's Linguist) for a language that has another one at Notion. */
const otherNames: ReadonlyMap<string, CodeLanguage> = new Map([
  ['asm', 'assembly'],
  ['cjs', 'javascript'],
  ['clj', 'clojure'],
  ['coffee', 'coffeescript'],
  ['console', 'shell'],
  ['cpp', 'c++'],
  ['cs', 'c#'],
  ['csharp', 'c#'],
  ['cxx', 'c++'],
  ['dockerfile', 'docker'],
  ['erl', 'erlang'],
  ['ex', 'elixir'],
  ['exs', 'elixir'],
  ['fs', 'f#'],
  ['fsharp', 'f#'],
  ['golang', 'go'],
  ['gql', 'graphql'],
  ['h', 'c'],
  ['hpp', 'c++'],
  ['hs', 'haskell'],
  ['htm', 'html'],
  ['jl', 'julia'],
  ['js', 'javascript'],
  ['json5', 'json'],
  ['jsonc', 'json'],
  ['jsx', 'javascript'],
  ['kt', 'kotlin'],
  ['make', 'makefile'],
  ['md', 'markdown'],
  ['mjs', 'javascript'],
  ['ml', 'ocaml'],
  ['objc', 'objective-c'],
  ['objectivec', 'objective-c'],
  ['patch', 'diff'],
  ['pl', 'perl'],
  ['proto', 'protobuf'],
  ['ps1', 'powershell'],
  ['pwsh', 'powershell'],
  ['py', 'python'],
  ['python3', 'python'],
  ['rb', 'ruby'],
  ['rs', 'rust'],
  ['sh', 'shell'],
  ['shellsession', 'shell'],
  ['sol', 'solidity'],
  ['svg', 'xml'],
  ['terraform', 'hcl'],
  ['tex', 'latex'],
  ['tf', 'hcl'],
  ['ts', 'typescript'],
  ['tsx', 'typescript'],
  ['vb', 'vb.net'],
  ['wasm', 'webassembly'],
  ['yml', 'yaml'],
  ['zsh', 'shell'],
]);

/** Notion's name of a language; `plain text` for one that it does not know. */
export function codeLanguage(name: string): CodeLanguage {
  const lower = name.toLowerCase();
  return otherNames.get(lower) ?? codeLanguages.find((known) => known === lower) ?? 'plain text';
}
