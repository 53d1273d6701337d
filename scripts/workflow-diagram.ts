import type { Graphviz } from '@hpcc-js/wasm-graphviz';

/** A state as far as a drawing needs it. */
interface State {
  readonly Type: string;
  readonly Next?: string;
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

/** How Graphviz draws a state; a Task is a box with round corners. */
const SHAPES: Readonly<Record<string, string>> = {
  Choice: 'shape=diamond fillcolor="#fdf0d5"',
  Wait: 'shape=oval fillcolor="#f2f2f2"',
  Pass: 'shape=parallelogram fillcolor="#f2f2f2"',
  Succeed: 'peripheries=2 fillcolor="#e4f5e6"',
  Fail: 'peripheries=2 fillcolor="#fbe3ef"',
};

/** A state machine as a page, and the picture that stands on it. */
export interface WorkflowPage {
  readonly page: string;
  readonly picture: string;
}

/** Draws a state machine: solid arrows follow on success, dotted ones catch errors. */
export function drawWorkflow(graphviz: Pick<Graphviz, 'dot'>, workflow: string, definition: string): WorkflowPage {
  const machine: unknown = JSON.parse(definition);
  if (!isMachine(machine)) throw new Error(`statemachines/${workflow}.asl.ts has no States`);
  const page = [
    `# ${workflow}`,
    '',
    machine.Comment ?? '',
    '',
    'Drawn from `statemachines/' + workflow + '.asl.ts` by `npm run diagrams`; change that file, not this page.',
    'Solid arrows follow on success or by a choice, dotted arrows are caught errors.',
    '',
    `![The states of ${workflow} and the ways between them](${workflow}.svg)`,
    '',
  ];
  return { page: page.join('\n'), picture: withoutPreamble(graphviz.dot(workflowGraph(workflow, machine), 'svg')) };
}

/** What Graphviz writes before the picture itself names its own version. */
const withoutPreamble = (svg: string): string => svg.slice(svg.indexOf('<svg'));

function isMachine(value: unknown): value is Machine {
  return typeof value === 'object' && value !== null && 'States' in value && 'StartAt' in value;
}

/** A state machine in Graphviz's language. */
export const workflowGraph = (workflow: string, machine: Machine): string =>
  [
    `digraph ${quoted(workflow)} {`,
    '  graph [bgcolor="white" compound=true nodesep=0.3 ranksep=0.4 pad=0.2]',
    '  node [shape=box style="rounded,filled" fillcolor="#e3f0ff" fontname="Helvetica,sans-serif" fontsize=12 margin="0.15,0.06"]',
    '  edge [fontname="Helvetica,sans-serif" fontsize=9 fontcolor="#334455" color="#445566"]',
    ...drawMachine(machine, '').map((line) => `  ${line}`),
    '}',
    '',
  ].join('\n');

function drawMachine(machine: Machine, scope: string): readonly string[] {
  const id = (name: string) => quoted(`${scope}${name}`);
  const start = quoted(`${scope}start`);
  return [
    `${start} [shape=circle label="" width=0.2 fillcolor="#445566"]`,
    `${start} -> ${id(machine.StartAt)}`,
    ...Object.entries(machine.States).flatMap(([name, state]) => drawState(name, state, scope)),
  ];
}

function drawState(name: string, state: State, scope: string): readonly string[] {
  const id = (other: string) => quoted(`${scope}${other}`);
  const parts = state.ItemProcessor === undefined ? (state.Branches ?? []) : [state.ItemProcessor];
  const to = (next: string, attributes: string) => `${id(name)} -> ${id(next)}${attributes}`;
  return [
    `${id(name)} [label=${quoted(name)} ${SHAPES[state.Type] ?? ''}]`,
    ...parts.flatMap((part, index) => {
      const inner = `${scope}${name}/${index}/`;
      const label = state.Type === 'Map' ? 'for each' : 'at once';
      return [
        `subgraph ${quoted(`cluster ${inner}`)} {`,
        `  label=${quoted(`${name}, ${label}`)} style="rounded" color="#445566" fontname="Helvetica,sans-serif" fontsize=10`,
        ...drawMachine(part, inner).map((line) => `  ${line}`),
        '}',
        `${id(name)} -> ${quoted(`${inner}start`)} [style=bold lhead=${quoted(`cluster ${inner}`)}]`,
      ];
    }),
    ...(state.Choices ?? []).map((choice) => to(choice.Next, labelled(condition(choice.Condition)))),
    ...(state.Default === undefined ? [] : [to(state.Default, labelled('otherwise'))]),
    ...(state.Next === undefined ? [] : [to(state.Next, '')]),
    ...(state.Catch ?? []).map(({ ErrorEquals, Next }) => to(Next, labelled(ErrorEquals.join('\n'), 'style=dotted'))),
  ];
}

const labelled = (text: string, further = ''): string => ` [label=${quoted(text)} ${further}]`;

/** The inside of `{% … %}`. */
function condition(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/^\{%\s*|\s*%\}$/gu, '') : 'rule';
}

const quoted = (text: string): string => `"${text.replaceAll('"', "'").replaceAll('\n', '\\n')}"`;
