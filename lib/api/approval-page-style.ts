// The style sheet of the page on which a person decides, in the dashboard’s colours (dashboard/design-system/tokens.css).

export const approvalPageStyle = `
:root {
  --ground: #f6f7f9; --card: #fff; --line: #dfe2e8; --edge: #868d9a; --text: #1b1f27; --quiet: #59606d;
  --yes: #17714a; --no: #bd2429; --plain: #3451b2; --on: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111318; --card: #1d212a; --line: #2d323d; --edge: #727a8a; --text: #e6e8ec; --quiet: #a3aab7;
    --yes: #4cc38a; --no: #ff9092; --plain: #9db1f5; --on: #111318;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; padding: 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  max-width: 36rem; margin: 0 auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem;
}
h1 { margin: 0 0 1rem; font-size: 1.25rem; line-height: 1.3; color: var(--quiet); }
p { margin: 0 0 1rem; }
#status:empty { margin: 0; }
#status { font-weight: 600; }
.error { padding: .7rem .9rem; border: 1px solid var(--no); border-radius: .5rem; color: var(--no); }
#message { font-size: 1.2rem; white-space: pre-wrap; overflow-wrap: anywhere; }
#message:focus, #status:focus, #error:focus { outline: none; }
pre {
  max-height: 24rem; margin: 0 0 1rem; padding: .8rem; overflow: auto; background: var(--ground);
  border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit;
}
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0 0 1.25rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
label { display: block; margin: 0 0 .3rem; font-weight: 500; }
input, textarea {
  width: 100%; margin: 0 0 1rem; padding: .65rem .75rem; border: 1px solid var(--edge); border-radius: .5rem;
  background: var(--card); color: inherit; font: inherit;
}
button {
  width: 100%; min-height: 3rem; padding: .6rem 1rem; border: 0; border-radius: .5rem; background: var(--plain);
  color: var(--on); font: inherit; font-weight: 600; cursor: pointer;
}
button:disabled { opacity: .55; cursor: default; }
.choice { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
#approve { background: var(--yes); }
#reject { background: var(--no); }
:focus-visible { outline: 3px solid var(--plain); outline-offset: 2px; }
@media (max-width: 26rem) {
  body { padding: 0; }
  main { min-height: 100vh; border: 0; border-radius: 0; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin: 0 0 .5rem; }
}
`;
