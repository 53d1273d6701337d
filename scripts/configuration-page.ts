import { getDefault, type GenericSchema } from 'valibot';
import { aboutOf } from '#configuration/about';
import { isRunTimeOption } from '#configuration/run-time';
import { textOf } from '#configuration/values';
import { CONTEXT } from '#configuration/context';
import { ADDRESSES, CELL } from '#configuration/options';
import type { OptionText } from '#configuration/option-text';
import { ADDRESS_TEXTS, CELL_TEXTS, CONTEXT_TEXTS, NOT_SERVED } from '#configuration/texts';

/** An option with its key and what is said of it. */
interface Option extends OptionText {
  readonly key: string;
  readonly schema: GenericSchema;
}

/** Text of docs/configuration.md, made of the options and nothing else. */
export function configurationPage(): string {
  const context = optionsOf(CONTEXT.entries, CONTEXT_TEXTS);
  const options = [...optionsOf(ADDRESSES.entries, ADDRESS_TEXTS), ...optionsOf(CELL.entries, CELL_TEXTS)];
  return `# Configuration

Written by \`npm run configuration\` from functions/configuration/options.ts; change that, not this page.

## What you may set

Keys of the context: in \`cdk.json\` under \`context\`, or for one deployment on the command line,

\`\`\`
npx cdk deploy --all --context serviceDownTime=90 --context cells=cell1,cell2
\`\`\`

or for a stage in a file of its own, \`stages/STAGE.json\`, which holds the same keys:

\`\`\`
npx cdk deploy --all --context stage=prod
\`\`\`

The command line holds before the file of the stage, and that before \`cdk.json\`. Only what is wanted otherwise has to be said:
\`stages/example.json\` is one to begin with.

Synthesis refuses a key that it does not know, and a value of another type or out of range, before anything is deployed. Keys of CDK itself
are let through. Functions get them as environment variables, which they check again when they start; nobody sets these by hand.

What is changed \`at run time\` may be changed without deploying, by \`conductor config set KEY VALUE\`, which checks it as synthesis does; functions notice it within a minute,
and who changed what is kept. \`conductor config diff\` shows where that differs from what was deployed
([ADR 24](adr/0024-configuration-at-run-time.md)). A deployment changes nothing of it.

${table(['key', 'values', 'default', 'unit', "Nova's option", 'variable', 'changed', 'read by'], context.map(optionRow))}

${context.map(({ key, says }) => `- \`${key}\`: ${says}`).join('\n')}

Options of Nova's conductor that are not here, and why:

${table(
  ["Nova's option", 'why'],
  Object.entries(NOT_SERVED).map(([nova, why]) => [code(nova), why]),
)}

A deployment with \`requirePrincipals\` off says so: synthesis warns, each stack with functions has the output \`SenderCheck\`, and the dashboard begins with it.

## What functions are given besides

Synthesis makes these of the names and the account. They are no keys of the context.

${table(
  ['variable', 'what it is', 'read by'],
  options.map(({ schema, says, readBy }) => [code(aboutOf(schema).environment), says, readBy]),
)}
`;
}

function optionsOf(
  entries: Readonly<Record<string, GenericSchema>>,
  texts: Readonly<Record<string, OptionText>>,
): readonly Option[] {
  return Object.entries(texts).flatMap(([key, text]) => {
    const schema = entries[key];
    return schema === undefined ? [] : [{ key, schema, ...text }];
  });
}

function optionRow({ key, schema, nova, readBy, unit }: Option): readonly string[] {
  const { environment, values } = aboutOf(schema);
  return [code(key), values, defaultOf(schema), unit ?? '', code(nova), code(environment), changed(key), readBy];
}

const changed = (key: string): string => (isRunTimeOption(key) ? 'at run time' : 'by deploying');

function defaultOf(schema: GenericSchema): string {
  const value: unknown = schema.type === 'optional' ? getDefault(schema) : undefined;
  if (value === null) return 'unset';
  return Array.isArray(value) && value.length === 0 ? 'none: to be given' : code(textOf(value));
}

const code = (text: string | undefined): string => (text === undefined || text === '' ? '' : `\`${text}\``);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
