/** A state as far as a drawing needs it. */
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition?: unknown; readonly Next: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
}

/** A state machine, or the part of one that a Map or Parallel state runs. */
interface Machine {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const SHAPES: Readonly<Record<string, readonly [open: string, close: string]>> = {
  Choice: ['{', '}'],
  Wait: ['([', '])'],
  Pass: ['[/', '/]'],
  Succeed: ['(((', ')))'],
  Fail: ['{{', '}}'],
};
const TASK: readonly [string, string] = ['[', ']'];

/** Draws a state machine as a page that GitHub renders: solid arrows follow on success, dotted ones catch errors. */
export function drawWorkflow(workflow: string, definition: string): string {
  const machine: unknown = JSON.parse(definition);
  if (!isMachine(machine)) throw new Error(`statemachines/${workflow}.asl.ts has no States`);
  const lines = drawMachine(machine, '');
  return [
    `# ${workflow}`,
    '',
    machine.Comment ?? '',
    '',
    'Drawn from `statemachines/' + workflow + '.asl.ts` by `npm run diagrams`; change that file, not this page.',
    'Solid arrows follow on success or by a choice, dotted arrows are caught errors.',
    '',
    '```mermaid',
    'flowchart TD',
    ...lines.map((line) => `  ${line}`),
    '```',
    '',
  ].join('\n');
}

function isMachine(value: unknown): value is Machine {
  return typeof value === 'object' && value !== null && 'States' in value && 'StartAt' in value;
}

function drawMachine(machine: Machine, scope: string): readonly string[] {
  const id = (name: string) => `${scope}${name.replaceAll(/[^A-Za-z0-9]/gu, '_')}`;
  const start = `${scope}start`;
  const lines = [`${start}((" ")) --> ${id(machine.StartAt)}`];
  for (const [name, state] of Object.entries(machine.States)) {
    lines.push(...drawState(name, state, id));
  }
  return lines;
}

function drawState(name: string, state: State, id: (name: string) => string): readonly string[] {
  const own = id(name);
  const parts = state.ItemProcessor === undefined ? (state.Branches ?? []) : [state.ItemProcessor];
  const [open, close] = SHAPES[state.Type] ?? TASK;
  const lines: string[] = [];
  if (parts.length === 0) {
    lines.push(`${own}${open}"${escape(name)}"${close}`);
  } else {
    lines.push(`subgraph ${own}["${escape(name)} (${state.Type === 'Map' ? 'for each' : 'at once'})"]`);
    for (const [index, part] of parts.entries()) {
      lines.push(...drawMachine(part, `${own}_${index}_`).map((line) => `  ${line}`));
    }
    lines.push('end');
  }
  for (const choice of state.Choices ?? []) {
    lines.push(`${own} -- "${escape(condition(choice.Condition))}" --> ${id(choice.Next)}`);
  }
  if (state.Default !== undefined) lines.push(`${own} -- otherwise --> ${id(state.Default)}`);
  if (state.Next !== undefined) lines.push(`${own} --> ${id(state.Next)}`);
  for (const caught of state.Catch ?? []) {
    lines.push(`${own} -. "${escape(caught.ErrorEquals.join(', '))}" .-> ${id(caught.Next)}`);
  }
  return lines;
}

/** The inside of `{% … %}`. */
function condition(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/^\{%\s*|\s*%\}$/gu, '') : 'rule';
}

function escape(text: string): string {
  return text.replaceAll('"', "'").replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
