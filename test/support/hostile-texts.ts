// Texts that anybody can send, for tests of what shows them.

/** What a text that is run would leave behind. */
export const RUN = 'globalThis.executed=true';
export const MARKUP = `<img src=x onerror="${RUN}">`;
export const WORD = 'wide'.repeat(2_500);
/** Markup, addresses, templates, styles, and letters that few expect. */
export const texts: readonly string[] = [
  MARKUP,
  `<script>${RUN}</script>`,
  `<svg/onload=${RUN}><a xlink:href="javascript:${RUN}">x</a></svg>`,
  `"><iframe srcdoc="<script>parent.executed = true</script>"></iframe>`,
  `' onmouseover='${RUN}' autofocus onfocus='${RUN}`,
  `javascript:${RUN}`,
  `  java\tscript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  'vbscript:msgbox(1)',
  'https://github.com@evil.example/',
  '//evil.example/x',
  'http://evil.example/in-the-open',
  '{{ 7 * 7 }} <%= 7 * 7 %> #{7 * 7} {%raw%} [[ 7 * 7 ]]',
  '</style><style>*{display:none!important}</style>',
  'position:fixed;inset:0;background:url(https://evil.example/x)',
  '\u202Egnp.exe \u2066\u2067 abc',
  'zero\u200Bwidth\uFEFF\u2060',
  'line\u2028paragraph\u2029',
  'nul\u0000nul',
  'half \uD800 surrogate',
  'مرحبا بالعالم <b>שלום</b>',
  '👩‍👩‍👧‍👦 🏳️‍🌈',
  `Z\u0351\u036B\u0343${'\u0351\u036B\u0343'.repeat(40)}`,
  '__proto__',
  'constructor',
  WORD,
];
