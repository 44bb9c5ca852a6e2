// The style sheet of the page on which a person decides.

export const approvalPageStyle = `
:root {
  --ground: #f5f6f8; --card: #fff; --line: #c3c9d2; --text: #1c2330; --quiet: #545e6e; --focus: #0b5cad;
  --yes: #0b6b3a; --no: #a32020; --plain: #0b5cad; --on: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171d; --card: #1d222b; --line: #4a5464; --text: #e4e8ef; --quiet: #a9b3c3; --focus: #7db5f5;
    --yes: #6fd19b; --no: #f08c8c; --plain: #7db5f5; --on: #10141a;
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
  border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere;
  font: .9rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0 0 1.25rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
label { display: block; margin: 0 0 .3rem; font-weight: 600; }
input, textarea {
  width: 100%; margin: 0 0 1rem; padding: .65rem .75rem; border: 1px solid var(--quiet); border-radius: .5rem;
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
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
@media (max-width: 26rem) {
  body { padding: 0; }
  main { min-height: 100vh; border: 0; border-radius: 0; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin: 0 0 .5rem; }
}
`;
