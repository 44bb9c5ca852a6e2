// A step that calls an action, made of the action's example.

interface Action {
  readonly id: string;
  readonly title: string;
  readonly example: { readonly input: object };
}

/** `github.create_issue` is called `create_issue`. */
export function actionStep({ id, example }: Action) {
  return { id: id.slice(id.indexOf('.') + 1), action: id, params: example.input };
}

/** The text of a workflow whose only step it is. */
export function actionWorkflow(action: Action): string {
  const id = action.id.replaceAll('.', '_');
  return `${JSON.stringify({ id, name: action.title, inputs: {}, steps: [actionStep(action)] }, null, 2)}\n`;
}
