import { ASSUMPTIONS, type Assumption } from '#cli/verify/assumptions';

/** Text of docs/aws-assumptions.md, made of the list and nothing else. */
export function assumptionsPage(): string {
  return `# What is assumed of AWS

Written by \`npm run assumptions\` from cli/verify/assumptions.ts; change that, not this page.

Tests run on memory and on emulators, which do what their authors believe of AWS. What the code itself believes stands here, with where AWS says so. The command tries it in an
account of yours, which needs no deployment:

\`\`\`
conductor verify
\`\`\`

It makes a queue, a table, a state machine, a function and roles under the prefix \`conductor-verify-\`, tries each assumption, and takes everything away again, after Ctrl-C too. It takes some
five minutes and costs a few cents. \`conductor verify --json\` is the report as data; exit code 3 says that something is otherwise. \`--only ID,ID\` tries some of them, and \`--clean\`
takes away what a run that was killed has left. Whoever runs it may make and delete these things, pass roles (\`iam:PassRole\`), and assume the role \`conductor-verify-…-url-caller\`.

On the emulator of \`npm run test:localstack\` the same probes run; what is otherwise there is a known gap (\`test/localstack/known-gaps.ts\`).

| assumption | what is assumed | rests on it | tried |
| --- | --- | --- | --- |
${ASSUMPTIONS.map((each) => rowOf(each)).join('\n')}
`;
}

function rowOf({ id, assumes, restsOn, source, untried }: Assumption): string {
  const said = source === undefined ? assumes : `${assumes} [AWS](${source})`;
  const files = restsOn.map((path) => `\`${path}\``).join(', ');
  return `| \`${id}\` | ${said} | ${files} | ${untried === undefined ? 'yes' : `no: ${untried}`} |`;
}
