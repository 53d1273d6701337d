import { spawn } from 'node:child_process';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { target } from '#cli/deployment/deployment-target';
import { toFailure } from '#cli/deployment/failure';
import { commandLine } from '#cli/output/command-line';
import { endOnFailedOutput } from '#cli/output/failed-output';
import { textOf } from '#cli/output/formats';
import { ConfigurationInvalid } from '#configuration/read';
import { writtenContext } from './synthesised-stacks.ts';
import { teardown } from './teardown.ts';

const HELP = `npm run destroy -- [--stage STAGE] [--yes DEPLOYMENT] [--with-state]

Shows what deleting a deployment takes with it, what stays, what that costs and what removes it. Nothing is changed
without --yes.

  --stage STAGE        the deployment of stages/STAGE.json; --context KEY=VALUE what else cdk deploy was given
  --yes DEPLOYMENT     delete the stacks of what runs; the name has to be that of the deployment
  --with-state         those of what is kept too: queues, topic and event bus go, tables, bucket and keys stay
  --force              also while servers are there or the intake is open
  --profile NAME       credentials, region and endpoints of that profile; --region, --endpoint-url as conductor has them
  --json               print data for programs
`;

endOnFailedOutput(process, 'npm run destroy');
const options = {
  stage: { type: 'string' },
  context: { type: 'string', multiple: true },
  yes: { type: 'string' },
  'with-state': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  profile: { type: 'string' },
  region: { type: 'string' },
  'endpoint-url': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const { values } = commandLine(process, { options }, HELP);
const { stage, profile, region, yes, 'endpoint-url': endpointUrl } = values;

const CDK = fileURLToPath(new URL('../node_modules/.bin/cdk', import.meta.url));
/** What an emulator takes, where no profile is named. */
const EMULATED = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** What the CDK's command prints goes beside what is printed here, which is for programs too. */
const cdk = (args: readonly string[], at: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const emulated =
      endpointUrl === undefined ? {} : { AWS_ENDPOINT_URL: endpointUrl, ...(profile === undefined ? EMULATED : {}) };
    const child = spawn(CDK, args, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 2, 2],
      env: { ...env, ...emulated, AWS_REGION: at, AWS_DEFAULT_REGION: at },
    });
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });

if (values.help) process.stdout.write(HELP);
else
  try {
    const given = (values.context ?? []).map(
      (pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)] as const,
    );
    const context = { ...writtenContext(), ...Object.fromEntries(given), ...(stage === undefined ? {} : { stage }) };
    const { data, lines } = await teardown(
      {
        context,
        withState: values['with-state'],
        force: values.force,
        ...(yes === undefined ? {} : { yes }),
        ...(profile === undefined ? {} : { profile }),
        ...(region === undefined ? {} : { region }),
        ...(endpointUrl === undefined ? {} : { endpointUrl }),
      },
      { target, cdk },
    );
    for (const line of textOf({ data, lines }, { format: values.json ? 'json' : 'table' })) console.log(line);
  } catch (error) {
    const invalid = error instanceof ConfigurationInvalid;
    const { message, exitCode } = toFailure(error, endpointUrl ?? 'AWS');
    console.error(`npm run destroy: ${invalid ? error.message : message}`);
    process.exitCode = invalid ? 2 : exitCode;
  }
