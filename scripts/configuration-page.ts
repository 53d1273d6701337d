import { getDefault, type GenericSchema } from 'valibot';
import { aboutOf } from '#configuration/about';
import { textOf } from '#configuration/values';
import { ADDRESSES, CELL, CONTEXT } from '#configuration/options';

type Entry = readonly [key: string, schema: GenericSchema];

/** Text of docs/configuration.md, made of the options and nothing else. */
export function configurationPage(): string {
  return `# Configuration

Written by \`npm run configuration\` from functions/configuration/options.ts; change that, not this page.

## What you may set

Keys of the context: in \`cdk.json\` under \`context\`, or for one deployment on the command line:

\`\`\`
npx cdk deploy --all --context serviceDownTime=90 --context cells=cell1,cell2
\`\`\`

Synthesis refuses a key that it does not know, and a value of another type or out of range, before anything is deployed. Keys of CDK itself
are let through. Functions are told by environment variables, which they check again when they start; nobody sets these by hand.

${table(
  ['key', 'values', 'default', 'unit', "Nova's option", 'variable', 'read by'],
  Object.entries(CONTEXT.entries).map(optionRow),
)}

${Object.entries(CONTEXT.entries).map(sentence).join('\n')}

A deployment with \`requirePrincipals\` off says so: synthesis warns, each stack with functions has the output \`SenderCheck\`, and the dashboard begins with it.

## What functions are told besides

Synthesis makes these of the names and the account. They are no keys of the context.

${table(
  ['variable', 'what it is', 'read by'],
  [...Object.values<GenericSchema>(ADDRESSES.entries), ...Object.values<GenericSchema>(CELL.entries)].map((schema) => {
    const { environment = '', readBy, says } = aboutOf(schema);
    return [code(environment), says, readBy];
  }),
)}
`;
}

function optionRow([key, schema]: Entry): readonly string[] {
  const { environment, nova, readBy, unit, values } = aboutOf(schema);
  return [code(key), values, defaultOf(schema), unit ?? '', code(nova), code(environment), readBy];
}

const sentence = ([key, schema]: Entry): string => `- \`${key}\`: ${aboutOf(schema).says}`;

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
