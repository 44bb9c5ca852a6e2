// `orchestra graph`: a diagram of a workflow's state machine.
import { type Command, outputOption } from './command.ts';

export const graph: Command = {
  name: 'graph',
  operands: '<file>',
  summary: 'prints the state machine as a Mermaid diagram',
  about: `GitHub, GitLab and many editors render it: put it between \`\`\`mermaid and \`\`\` in a Markdown file.`,
  options: { output: outputOption },
  async run(args, io) {
    const { convertFile } = await import('./one-file.ts');
    const { mermaid } = await import('./mermaid.ts');
    return convertFile(args, io, ({ definition, workflow }) => mermaid(definition, workflow));
  },
};
