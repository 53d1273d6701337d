import { parseArgs } from 'node:util';
import { openControlEndpoint } from './emulation/control-endpoint.ts';
import { openDirectEndpoint } from './emulation/direct-endpoint.ts';
import { openOwnPlacement } from './emulation/placement-endpoint.ts';
import { demoDeeds } from './demo/demo-on-world.ts';
import { DEMO_HOSTS } from './demo/scenario.ts';
import { STORIES } from './demo/stories.ts';
import { bootDemoWorld } from './demo/world-on-emulators.ts';
import { LOCAL, localFile, readLocalFile, removeLocalFile, writeLocalFile } from '#cli/deployment/local-file';

const print = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

/** Milliseconds between two looks at what was logged. */
const LOOK = 300;

/** A command line that cannot be followed, in a line that names the remedy. */
class WrongUsage extends Error {}

const HELP = `npm run local -- [options]: a deployment on this machine, until Ctrl-C ends it

  --direct      hosts are offered direct calls, and make them
  --name NAME   beside others in the same folder; the command reaches it by --profile local:NAME
  --help        this text`;

/** Whether the world that wrote a file is still there. */
async function isUp(file: string): Promise<boolean> {
  const world = readLocalFile(file);
  if (world === undefined) return false;
  try {
    await fetch(world.control);
    return true;
  } catch {
    return false;
  }
}

interface Options {
  readonly name: string | undefined;
  readonly help: boolean;
  /** Whether direct calls are offered. */
  readonly direct: boolean;
}

/** What the command line asks for. @throws Error for an option that nobody knows, and a name that is none */
function options(argv: string[]): Options {
  const { values } = parseArgs({
    args: argv,
    options: {
      name: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
      direct: { type: 'boolean', default: false },
    },
  });
  const { name, help, direct } = values;
  if (name !== undefined && !/^[a-z][a-z0-9-]{0,30}$/u.test(name))
    throw new WrongUsage(`--name ${name}: give a lower-case name of at most 31 characters`);
  return { name, help, direct };
}

async function main(argv: string[]): Promise<void> {
  const { name, help, direct } = options(argv);
  const file = localFile(name);
  if (help) print(HELP);
  else if (await isUp(file))
    throw new WrongUsage(`a local world is up already (${file}): end it, or give this one a name by --name NAME`);
  else await keepUp(file, name === undefined ? 'local' : `local:${name}`, direct);
}

/** Keeps a world up until it is interrupted; prints where it is, how to publish to it, and what it does. */
async function keepUp(file: string, profile: string, directCalls: boolean): Promise<void> {
  print('Starting DynamoDB and SQS on this machine …');
  const demo = await bootDemoWorld(
    STORIES.flatMap(({ scenarios }) => scenarios),
    { directCalls },
  );
  const { world, platform } = demo;
  const control = await openControlEndpoint(world, demoDeeds(world));
  const { emulators, log } = platform;
  const placement = await openOwnPlacement(platform);
  const direct = directCalls ? await openDirectEndpoint(world.urls) : undefined;
  const queueUrl = `${emulators.queueUrlBase.replace(/\/$/u, '')}/${world.services.config.deployment}-compute-task`;
  const reached = {
    deployment: world.services.config.deployment,
    dynamodb: emulators.dynamodbEndpoint,
    sqs: emulators.sqsEndpoint,
    queueUrlBase: emulators.queueUrlBase,
    control: control.endpoint,
    serviceDownTime: world.services.config.serviceDownTime,
  };
  writeLocalFile(reached, file);
  const hosts = Object.entries(DEMO_HOSTS).map(([cell, names]) => `${cell}: ${names.join(', ')}`);
  print(`A conductor is up (${hosts.join('; ')}). Ctrl-C ends it.

  DynamoDB   ${emulators.dynamodbEndpoint}
  SQS        ${emulators.sqsEndpoint}
  commands   ${queueUrl}
  control    ${control.endpoint}  (Step Functions, event sources)
  Placement  ${placement.endpoint}  (for computes: docs/openstack.md)${
    direct === undefined
      ? ''
      : `
  direct_url ${direct.endpoint}/cell1  (for computes of cell1)`
  }

Operate it from another terminal:

  npm run --silent conductor -- --profile ${profile} host list

Publish to it from another terminal:

  export AWS_ACCESS_KEY_ID=${LOCAL.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${LOCAL.credentials.secretAccessKey} AWS_REGION=${LOCAL.region}
  npm run --silent request > request.json      # a message that has one server built
  aws sqs send-message --endpoint-url ${emulators.sqsEndpoint} \\
    --queue-url ${queueUrl} --message-body file://request.json
  aws dynamodb scan --endpoint-url ${emulators.dynamodbEndpoint} --table-name ${world.services.config.deployment}-cell-cell1 \\
    --filter-expression 'sk = :sk' --expression-attribute-values '{":sk": {"S": "instance"}}' \\
    --projection-expression '#u, vm_state, task_state, host' --expression-attribute-names '{"#u": "uuid"}'
`);
  let told = 0;
  const watch = setInterval(() => {
    for (const { level, message, fields } of log.lines.slice(told))
      print(`${level.padEnd(5)} ${message} ${JSON.stringify(fields)}`);
    told = log.lines.length;
  }, LOOK);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  clearInterval(watch);
  print('Stopping …');
  removeLocalFile(reached, file);
  await direct?.stop();
  await placement.stop();
  await control.stop();
  await demo.stop();
}

/** What Node says of options that nobody knows. */
const isOfParsing = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof WrongUsage || isOfParsing(error))) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
