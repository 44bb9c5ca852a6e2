// The style sheet of the documentation page, in the dashboard’s colours (dashboard/design-system/tokens.css).

export const docsStyle = `
:root {
  --ground: #fff; --soft: #f6f7f9; --line: #dfe2e8; --text: #1b1f27; --quiet: #59606d; --link: #3451b2;
  --get: #17714a; --post: #0a5fb8; --put: #855400; --delete: #bd2429;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111318; --soft: #171a21; --line: #2d323d; --text: #e6e8ec; --quiet: #a3aab7; --link: #9db1f5;
    --get: #4cc38a; --post: #70b8ff; --put: #f0b44e; --delete: #ff9092;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr); background: var(--ground); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
nav {
  position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.25rem; background: var(--soft);
  border-right: 1px solid var(--line); font-size: .85rem;
}
nav p { margin: 0; font-weight: 600; font-size: 1rem; }
nav h2 { margin: 1.1rem 0 .3rem; font-size: .8rem; text-transform: capitalize; color: var(--quiet); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li a { display: flex; align-items: baseline; padding: .12rem 0; overflow-wrap: anywhere; color: var(--text); }
nav li b { flex: none; width: 3.4rem; font-size: .7rem; color: var(--quiet); }
main { max-width: 54rem; padding: 2rem 2.5rem 6rem; }
h1 { margin: 0 0 .75rem; font-size: 1.9rem; line-height: 1.2; }
main > h2 { margin: 3rem 0 0; padding-bottom: .3rem; border-bottom: 1px solid var(--line); text-transform: capitalize; }
h3 { margin: 0 0 .4rem; font-size: 1.05rem; }
section { padding: 1.4rem 0; border-bottom: 1px solid var(--line); }
section:target { box-shadow: -.75rem 0 0 var(--ground), -.95rem 0 0 var(--link); }
p { margin: .4rem 0; }
.lead { color: var(--quiet); }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
code, pre { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { padding: .1em .3em; border-radius: .25em; background: var(--soft); }
h3 code { background: none; padding: 0; font-size: 1em; }
pre { padding: .8rem 1rem; overflow: auto; background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .delete { color: var(--delete); }
.scroll { overflow-x: auto; }
table { width: 100%; table-layout: fixed; margin: .7rem 0 0; border-collapse: collapse; font-size: .9rem; }
caption { padding: .2rem 0; text-align: left; font-weight: 600; color: var(--quiet); }
td { padding: .35rem .8rem .35rem 0; border-top: 1px solid var(--line); vertical-align: top; }
td:first-child { width: 15rem; }
.narrow td:first-child { width: 4rem; }
td { overflow-wrap: anywhere; }
td p { margin: .1rem 0; }
.type, .quiet { color: var(--quiet); }
.to-menu { display: none; }
i { color: var(--quiet); font-size: .85em; }
@media (max-width: 48rem) {
  body { display: flex; flex-direction: column; }
  /* The menu comes after the text, with a link to it at the top. */
  nav { display: contents; }
  nav > p { order: 0; padding: .6rem 1.25rem; background: var(--soft); }
  .to-menu { display: block; font-size: .9rem; font-weight: 400; border-bottom: 1px solid var(--line); }
  main { order: 1; padding: 1.25rem; max-width: none; }
  #menu { order: 2; padding: 1.25rem; background: var(--soft); border-top: 1px solid var(--line); }
  .wide tr, .wide td { display: block; }
  .wide tr { padding: .35rem 0; border-top: 1px solid var(--line); }
  .wide td, .wide td:first-child { width: auto; padding: 0; border: 0; }
}
`;
